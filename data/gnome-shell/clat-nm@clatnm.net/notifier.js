// SPDX-License-Identifier: GPL-2.0-or-later
// One notification for each connection whose NAT64 does not answer, until it has answered.

import {gettext as _} from './gettext.js';
import {isUnreachable} from './words.js';

// UUIDs. They outlast disable() and enable(), which the lock screen causes.
const notified = new Set();

export class Notifier {
    constructor({Main, MessageTray}, icon) {
        this._Main = Main;
        this._MessageTray = MessageTray;
        this._icon = icon;
        this._notifications = new Map();
    }

    update(connections) {
        const silent = connections.filter(isUnreachable);

        connections.filter(connection => connection.Plat === 'reachable')
            .forEach(connection => notified.delete(connection.Uuid));
        this._withdrawExcept(silent.map(connection => connection.Uuid));
        for (const connection of silent.filter(one => !notified.has(one.Uuid))) {
            notified.add(connection.Uuid);
            this._notify(connection);
        }
    }

    _notify(connection) {
        const title = _('The NAT64 does not answer');
        const body = _('IPv4 does not work on “%s”. IPv6 is not affected.')
            .replace('%s', connection.Id);
        const source = this._newSource();
        const notification = this._newNotification(source, title, body);

        this._notifications.set(connection.Uuid, notification);
        notification.connect('destroy', () => this._notifications.delete(connection.Uuid));
        this._Main.messageTray.add(source);
        // GNOME 46 has another name for it.
        if (source.addNotification)
            source.addNotification(notification);
        else
            source.showNotification(notification);
    }

    // GNOME 46 has other arguments for both constructors.
    _newSource() {
        const {Source} = this._MessageTray;
        const title = 'NAT64';

        return Source.prototype.addNotification
            ? new Source({title, icon: this._icon})
            : new Source(title, this._icon.to_string());
    }

    _newNotification(source, title, body) {
        const {Notification} = this._MessageTray;

        return source.addNotification
            ? new Notification({source, title, body, gicon: this._icon})
            : new Notification(source, title, body, {gicon: this._icon});
    }

    _withdrawExcept(uuids) {
        [...this._notifications].filter(([uuid]) => !uuids.includes(uuid))
            .forEach(([, notification]) => notification.destroy());
    }

    destroy() {
        this._withdrawExcept([]);
    }
}
