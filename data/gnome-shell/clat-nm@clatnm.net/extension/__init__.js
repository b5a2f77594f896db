// SPDX-License-Identifier: GPL-2.0-or-later
// What GNOME Shell 43 and 44 load: their importer prefers this folder to extension.js, an ES
// module, which it cannot read. Everything else is the same for all versions.
/* exported init */

const {main: Main, messageTray: MessageTray, popupMenu: PopupMenu, quickSettings: QuickSettings} =
    imports.ui;

class Extension {
    constructor(folder) {
        this._module = import(folder.get_child('indicator.js').get_uri());
        this._isEnabled = false;
        this._indicator = null;
    }

    // The module is there a moment after the first enable(); disable() may come before.
    async enable() {
        this._isEnabled = true;
        const {Indicator} = await this._module;
        if (this._isEnabled && this._indicator === null)
            this._indicator = new Indicator({Main, MessageTray, PopupMenu, QuickSettings});
    }

    disable() {
        this._isEnabled = false;
        this._indicator?.destroy();
        this._indicator = null;
    }
}

function init(extension) {
    return new Extension(extension.dir);
}
