// SPDX-License-Identifier: GPL-2.0-or-later
// A connection in the menu: what is known about it, and a switch.

import Clutter from 'gi://Clutter';
import GLib from 'gi://GLib';
import St from 'gi://St';

import {gettext as _} from './gettext.js';
import * as words from './words.js';

// Seconds of CLOCK_BOOTTIME come first in that file.
function now() {
    const [, text] = GLib.file_get_contents('/proc/uptime');

    return parseFloat(new TextDecoder().decode(text)) * 1e6;
}

const getNames = () => ({
    address: _('IPv4 address'),
    prefix: _('NAT64 prefix'),
    source: _('Announced by'),
    since: _('Since'),
    sent: _('Sent'),
    received: _('Received'),
    dropped: _('Dropped'),
});

export class Section {
    // ONTOGGLED is called with the connection when the switch has been used.
    constructor({PopupMenu}, onToggled) {
        this.item = new PopupMenu.PopupMenuSection();
        this._title = new PopupMenu.PopupSeparatorMenuItem('');
        this.item.addMenuItem(this._title);
        this._values = {};
        for (const [key, name] of Object.entries(getNames()))
            this._addRow(PopupMenu, key, name);
        this._switch = new PopupMenu.PopupSwitchMenuItem(_('Use NAT64 on This Connection'), false);
        // GNOME 48 emits the signal for setToggleState(), too.
        this._switch.connect('toggled', (_item, isOn) => {
            if (isOn !== words.isOn(this._connection))
                onToggled(this._connection);
        });
        this.item.addMenuItem(this._switch);
    }

    _addRow(PopupMenu, key, name) {
        const row = new PopupMenu.PopupBaseMenuItem({
            reactive: false, can_focus: false, style_class: 'clat-nm-row',
        });
        const value = new St.Label({
            x_expand: true, x_align: Clutter.ActorAlign.END, style_class: 'clat-nm-value',
        });

        row.add_child(new St.Label({text: name}));
        row.add_child(value);
        row.label_actor = value;
        row.visible = false;
        this.item.addMenuItem(row);
        this._values[key] = {row, value};
    }

    _show(key, text) {
        const {row, value} = this._values[key];

        value.text = text;
        row.visible = text !== '';
    }

    // ISNAMED: the name of the connection is shown.
    update(connection, isNamed) {
        this._connection = connection;
        this._title.label.text = isNamed ? connection.Id : '';
        this._show('address', connection.Ipv4Address);
        this._show('prefix', connection.Pref64);
        this._show('source', words.describeSource(connection.Pref64Source));
        this._show('since', connection.ActiveSince > 0
            ? words.describeTime(connection.ActiveSince, now()) : '');
        this._switch.setToggleState(words.isOn(connection));
        if (connection.Translator === '')
            this.updateStatistics([{}, {}]);
    }

    updateStatistics(statistics) {
        const [sent, received] = statistics;
        const drops = words.countDrops(statistics);

        this._show('sent', 'packets' in sent ? words.describeTraffic(sent) : '');
        this._show('received', 'packets' in received ? words.describeTraffic(received) : '');
        this._show('dropped', drops > 0 ? drops.toLocaleString() : '');
    }

    destroy() {
        this.item.destroy();
    }
}
