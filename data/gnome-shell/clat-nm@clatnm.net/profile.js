// SPDX-License-Identifier: GPL-2.0-or-later
// The mode of a connection, in its NetworkManager profile.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

const NAME = 'org.freedesktop.NetworkManager';
const SETTINGS_PATH = '/org/freedesktop/NetworkManager/Settings';
const SETTINGS = `${NAME}.Settings`;
const PROFILE = `${NAME}.Settings.Connection`;
const TO_DISK = 1;
const MODE_KEY = 'net.clatnm.clat';
// polkit may ask for a password meanwhile.
const TIMEOUT_MS = 120000;

function call(path, interfaceName, method, parameters) {
    return new Promise((resolve, reject) => {
        Gio.DBus.system.call(
            NAME, path, interfaceName, method, parameters, null,
            Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION, TIMEOUT_MS, null, (bus, result) => {
                try {
                    resolve(bus.call_finish(result));
                } catch (error) {
                    Gio.DBusError.strip_remote_error(error);
                    reject(error);
                }
            });
    });
}

// The settings of a profile with another mode. "auto" is the mode without the key.
export function withMode(settings, mode) {
    const {user, ...others} = settings;
    const data = user?.data?.deepUnpack() ?? {};

    delete data[MODE_KEY];
    if (mode !== 'auto')
        data[MODE_KEY] = mode;
    return Object.keys(data).length > 0
        ? {...others, user: {data: new GLib.Variant('a{ss}', data)}}
        : others;
}

// Stores it as "clatctl set" does. Rejects if NetworkManager or polkit refuses it.
export async function setMode(uuid, mode) {
    const [path] = (await call(SETTINGS_PATH, SETTINGS, 'GetConnectionByUuid',
        new GLib.Variant('(s)', [uuid]))).deepUnpack();
    const [settings] = (await call(path, PROFILE, 'GetSettings', null)).deepUnpack();

    // Secrets are not among them; NetworkManager keeps those that it has.
    await call(path, PROFILE, 'Update2',
        new GLib.Variant('(a{sa{sv}}ua{sv})', [withMode(settings, mode), TO_DISK, {}]));
}
