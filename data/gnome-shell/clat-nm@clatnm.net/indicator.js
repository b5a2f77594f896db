// SPDX-License-Identifier: GPL-2.0-or-later
// The tile in the quick settings with its menu, and the icon in the top bar while something is
// wrong. The modules of GNOME Shell come in as an argument, because its versions load them in two
// ways.

import Gio from 'gi://Gio';

import {folder, gettext as _} from './gettext.js';
import {Notifier} from './notifier.js';
import {setMode} from './profile.js';
import {Section} from './section.js';
import {Service} from './service.js';
import * as words from './words.js';

const icon = name => new Gio.FileIcon({file: folder.get_child(`icons/${name}-symbolic.svg`)});

export class Indicator {
    constructor(shell) {
        this._shell = shell;
        this._icon = icon('nat64');
        this._troubleIcon = icon('nat64-error');
        this._sections = new Map();
        // Modes before they were turned off here, by UUID.
        this._modes = new Map();
        this._makeTile();
        this._addToQuickSettings();
        this._notifier = new Notifier(shell, this._troubleIcon);
        this._service = new Service(() => this._update());
        this._update();
    }

    _makeTile() {
        const {PopupMenu, QuickSettings} = this._shell;

        this._tile = new QuickSettings.QuickMenuToggle({gicon: this._icon});
        // GNOME 43 has one line of text.
        this._tile['title' in this._tile ? 'title' : 'label'] = 'NAT64';
        this._tile.connect('clicked', () => this._toggle(this._connections[0]));
        this._list = new PopupMenu.PopupMenuSection();
        this._tile.menu.addMenuItem(this._list);
        this._tile.menu.connect('open-state-changed', (_menu, isOpen) => {
            if (isOpen)
                this._update();
        });
    }

    _addToQuickSettings() {
        const {Main, QuickSettings} = this._shell;
        const {quickSettings} = Main.panel.statusArea;

        this._indicator = new QuickSettings.SystemIndicator();
        this._topBarIcon = this._indicator._addIndicator();
        this._topBarIcon.gicon = this._troubleIcon;
        this._indicator.quickSettingsItems.push(this._tile);
        if (quickSettings.addExternalIndicator) {
            quickSettings.addExternalIndicator(this._indicator);
        } else {
            // GNOME 43 and 44.
            quickSettings._indicators.insert_child_at_index(this._indicator, 0);
            quickSettings._addItems(this._indicator.quickSettingsItems);
        }
    }

    // Next to the tiles of the network, if they are where they are expected. When GNOME Shell
    // starts, they come later than extensions; when it ends, they go earlier.
    _moveToNetwork() {
        const {quickSettings} = this._shell.Main.panel.statusArea;
        const last = quickSettings?._network?.quickSettingsItems.at(-1);
        const grid = this._tile.get_parent();

        if (last?.get_parent() === grid && this._tile.get_previous_sibling() !== last)
            grid.set_child_above_sibling(this._tile, last);
    }

    _update() {
        const connections = this._service.connections;

        this._connections = words.choose(connections);
        this._notifier.update(connections);
        this._updateTile(this._connections[0]);
        this._updateMenu();
    }

    _updateTile(connection) {
        this._tile.visible = connection !== undefined;
        this._topBarIcon.visible = connection !== undefined && words.isTrouble(connection);
        if (connection === undefined) {
            this._tile.menu.close();
            return;
        }

        this._moveToNetwork();

        const gicon = words.isTrouble(connection) ? this._troubleIcon : this._icon;

        this._tile.gicon = gicon;
        this._tile.checked = words.isOn(connection);
        if ('subtitle' in this._tile)
            this._tile.subtitle = words.summarize(connection);
        this._tile.menu.setHeader(gicon, 'NAT64', words.explain(connection));
    }

    _updateMenu() {
        const paths = this._connections.map(connection => connection.path);

        for (const [path, section] of this._sections) {
            if (!paths.includes(path)) {
                section.destroy();
                this._sections.delete(path);
            }
        }
        for (const connection of this._connections) {
            if (!this._sections.has(connection.path))
                this._addSection(connection.path);
            this._sections.get(connection.path).update(connection, this._connections.length > 1);
            if (this._tile.menu.isOpen)
                this._readStatistics(connection.path);
        }
    }

    _addSection(path) {
        const section = new Section(this._shell, connection => this._toggle(connection));

        this._sections.set(path, section);
        this._list.addMenuItem(section.item);
    }

    async _readStatistics(path) {
        let statistics = [{}, {}];

        try {
            statistics = await this._service.readStatistics(path);
        } catch {
            // It has gone, which a signal tells, too.
        }
        this._sections.get(path)?.updateStatistics(statistics);
    }

    async _toggle(connection) {
        const {Uuid, Id, Mode} = connection;

        try {
            if (words.isOn(connection)) {
                this._modes.set(Uuid, Mode);
                await setMode(Uuid, 'no');
            } else {
                await setMode(Uuid, this._modes.get(Uuid) ?? 'yes');
            }
        } catch (error) {
            // Translators: %s is the name of a connection.
            this._shell.Main.notifyError(_('Cannot change “%s”').replace('%s', Id), error.message);
            // The switch shows what was wanted.
            if (this._service !== null)
                this._update();
        }
    }

    destroy() {
        this._service.destroy();
        this._service = null;
        this._notifier.destroy();
        // The tile does not do it.
        this._tile.menu.destroy();
        this._tile.destroy();
        this._indicator.destroy();
        this._sections.clear();
    }
}
