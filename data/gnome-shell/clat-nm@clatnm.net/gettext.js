// SPDX-License-Identifier: GPL-2.0-or-later
// Translations of clat-nm, which are installed under the same prefix as this extension.

import Gettext from 'gettext';
import Gio from 'gi://Gio';

export const folder = Gio.File.new_for_uri(import.meta.url).get_parent();

const DOMAIN = 'clat-nm';
const locale = folder.resolve_relative_path('../../../locale').get_path();

Gettext.bindtextdomain(DOMAIN, locale);
export const {gettext, ngettext} = Gettext.domain(DOMAIN);
