// SPDX-License-Identifier: GPL-2.0-or-later
// What GNOME Shell 45 and later loads. Older ones find the folder "extension" first.

import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import * as MessageTray from 'resource:///org/gnome/shell/ui/messageTray.js';
import * as PopupMenu from 'resource:///org/gnome/shell/ui/popupMenu.js';
import * as QuickSettings from 'resource:///org/gnome/shell/ui/quickSettings.js';

import {Indicator} from './indicator.js';

export default class {
    enable() {
        this._indicator = new Indicator({Main, MessageTray, PopupMenu, QuickSettings});
    }

    disable() {
        this._indicator.destroy();
        this._indicator = null;
    }
}
