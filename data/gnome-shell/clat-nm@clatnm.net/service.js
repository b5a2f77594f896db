// SPDX-License-Identifier: GPL-2.0-or-later
// The service clat-nm on the system bus: its connections, and their counters.

import Gio from 'gi://Gio';

const NAME = 'net.clatnm';
const PATH = '/net/clatnm';
const CONNECTION = 'net.clatnm.Connection1';
const SIGNALS = ['object-added', 'object-removed', 'interface-proxy-properties-changed'];
const FAR_MORE_THAN_NEEDED_MS = 5000;

function unpack(proxy) {
    const connection = {path: proxy.get_object_path()};

    for (const name of proxy.get_cached_property_names() ?? [])
        connection[name] = proxy.get_cached_property(name).deepUnpack();
    return connection;
}

export class Service {
    // ONCHANGED is called when connections have come, gone or changed. The service is not started,
    // and need not run.
    constructor(onChanged) {
        this._onChanged = onChanged;
        this._client = null;
        this._handlers = [];
        this._cancellable = new Gio.Cancellable();
        Gio.DBusObjectManagerClient.new_for_bus(
            Gio.BusType.SYSTEM, Gio.DBusObjectManagerClientFlags.DO_NOT_AUTO_START, NAME, PATH, null,
            this._cancellable, (_, result) => this._follow(result));
    }

    _follow(result) {
        try {
            this._client = Gio.DBusObjectManagerClient.new_for_bus_finish(result);
        } catch (error) {
            // Also without a system bus there is nothing to show.
            if (!error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED))
                console.warn(`clat-nm: ${error.message}`);
            return;
        }
        // It may have been cancelled after it had finished.
        if (this._cancellable.is_cancelled()) {
            this._client = null;
            return;
        }
        this._handlers = SIGNALS.map(name => this._client.connect(name, () => this._onChanged()));
        this._onChanged();
    }

    // The properties of each connection, and its object path as "path".
    get connections() {
        return (this._client?.get_objects() ?? [])
            .map(object => object.get_interface(CONNECTION))
            .filter(proxy => proxy !== null)
            .map(unpack);
    }

    // The counters of both directions: out of this host, into it. Rejects if the connection or the
    // service has gone.
    readStatistics(path) {
        return new Promise((resolve, reject) => {
            Gio.DBus.system.call(
                NAME, path, CONNECTION, 'GetStatistics', null, null, Gio.DBusCallFlags.NO_AUTO_START,
                FAR_MORE_THAN_NEEDED_MS, this._cancellable, (bus, result) => {
                    try {
                        resolve(bus.call_finish(result).deepUnpack());
                    } catch (error) {
                        reject(error);
                    }
                });
        });
    }

    destroy() {
        this._cancellable.cancel();
        this._handlers.forEach(id => this._client.disconnect(id));
        this._handlers = [];
        this._client = null;
    }
}
