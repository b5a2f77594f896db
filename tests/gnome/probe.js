// SPDX-License-Identifier: GPL-2.0-or-later
// Defines "clat", functions for the tests. Evaluated in GNOME Shell.

(() => {
    const UUID = 'clat-nm@clatnm.net';
    const {quickSettings} = Main.panel.statusArea;
    const {Gio} = imports.gi;
    const counts = {connected: 0, disconnected: 0};

    // Signal handlers of the extension on objects that are not actors.
    for (const [method, count] of [['connect', 'connected'], ['disconnect', 'disconnected']]) {
        const original = Gio.DBusObjectManagerClient.prototype[method];

        Gio.DBusObjectManagerClient.prototype[method] = function (...args) {
            counts[count]++;
            return original.apply(this, args);
        };
    }

    const extension = () => Main.extensionManager.lookup(UUID);
    const indicator = () => extension().stateObj._indicator;

    const rows = section => Object.fromEntries(Object.entries(section._values)
        .filter(([, {row}]) => row.visible).map(([key, {value}]) => [key, value.text]));

    const notifications = () => Main.messageTray.getSources()
        .filter(source => source.title === 'NAT64')
        .flatMap(source => source.notifications.map(one => [one.title, one.body ?? one.bannerBodyText]));

    globalThis.clat = {
        state: () => ({state: extension()?.state, error: extension()?.error ?? ''}),

        show() {
            const {_tile: tile, _topBarIcon: icon, _sections: sections} = indicator();

            return {
                visible: tile.visible,
                checked: tile.checked,
                title: tile.title ?? tile.label,
                subtitle: tile.subtitle ?? null,
                isTrouble: icon.visible,
                header: tile.menu._headerSubtitle.text,
                sections: [...sections.values()].map(section => ({
                    name: section._title.label.text,
                    isOn: section._switch.state,
                    ...rows(section),
                })),
                notifications: notifications(),
            };
        },

        open(hasMenu) {
            quickSettings.menu.open(0);
            if (hasMenu)
                indicator()._tile.menu.open(0);
            else
                indicator()._tile.menu.close(0);
        },

        close: () => quickSettings.menu.close(0),

        click: () => indicator()._tile.emit('clicked', 1),

        // As a click on the switch.
        toggle: () => [...indicator()._sections.values()][0]._switch.toggle(),

        // The neighbour in front of the tile, by its type.
        neighbour: () => indicator()._tile.get_previous_sibling()?.constructor.name ?? '',

        // What must be the same before and after.
        count() {
            imports.system.gc();
            return {
                tiles: quickSettings.menu._grid.get_n_children(),
                menus: quickSettings.menu._overlay.get_n_children(),
                indicators: quickSettings._indicators.get_n_children(),
                sources: Main.messageTray.getSources().length,
                handlers: counts.connected - counts.disconnected,
            };
        },

        // GNOME 43 loads the code a moment after enable().
        isEnabled: () => Boolean(indicator()),

        disable: () => Main.extensionManager.disableExtension(UUID),
        enable: () => Main.extensionManager.enableExtension(UUID),
    };
    return true;
})()
