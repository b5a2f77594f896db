// SPDX-License-Identifier: GPL-2.0-or-later
// A connection in words, and which of several is shown. No input or output.

import GLib from 'gi://GLib';

import {gettext as _, ngettext} from './gettext.js';

export const isUnreachable = connection =>
    connection.State === 'active' && connection.Plat === 'unreachable';

// Whether something is wrong with IPv4.
export const isTrouble = connection => connection.State === 'failed' || isUnreachable(connection);

export const isOn = connection => connection.Mode !== 'no';

const isRelevant = connection => !['native', 'unsupported'].includes(connection.State);

// The connection that says most about IPv4 on this host comes first.
const ORDER = ['active', 'delegated', 'native', 'preparing', 'failed', 'searching', 'disabled',
    'unsupported'];

function rank(connection) {
    const place = ORDER.indexOf(isUnreachable(connection) ? 'failed' : connection.State);

    return place >= 0 ? place : ORDER.length;
}

// The connections to show, the most important first; none if IPv4 works without a NAT64.
export function choose(connections) {
    const sorted = [...connections].sort((a, b) =>
        rank(a) - rank(b) || (a.path < b.path ? -1 : 1));

    return sorted.length > 0 && isRelevant(sorted[0]) ? sorted.filter(isRelevant) : [];
}

// The state, in the width of a tile.
export function summarize(connection) {
    if (isUnreachable(connection))
        return _('No answer');
    switch (connection.State) {
    case 'active':
    case 'delegated':
        return _('IPv4 works');
    case 'preparing':
        return _('Starting');
    case 'searching':
        return connection.StateReason === 'not-connected' ? _('Connecting') : _('Not available');
    case 'failed':
        return _('IPv4 does not work');
    case 'disabled':
        return _('Off');
    default:
        return connection.State;
    }
}

// The same as a sentence, with the reason. The service has more reasons, in English.
export function explain(connection) {
    if (isUnreachable(connection))
        return _('The NAT64 of this network does not answer');
    if (connection.State === 'active')
        return _('IPv4 works through the NAT64 of this network');
    switch (connection.StateReason) {
    case 'mode-no':
        return _('Turned off for this connection');
    case 'networkmanager-clat':
        return _('NetworkManager itself translates IPv4');
    case 'other-clat':
        return _('Another program translates IPv4');
    case 'not-connected':
        return _('Waiting for the connection');
    case 'no-nat64':
        return _('This network announces no NAT64');
    case 'waiting-for-address':
        return _('Waiting for an IPv6 address');
    case 'no-address-for-clat':
        return _('This network gives no IPv6 address to the translator');
    case 'duplicate-address':
        return _('The IPv6 address is in use by another device');
    case 'no-route-to-nat64':
        return _('There is no route to the NAT64');
    case 'no-permission':
    case 'kernel-lacks-feature':
    case 'kernel-error':
        return _('The translator cannot be set up on this computer');
    default:
        return connection.StateText;
    }
}

export function describeSource(source) {
    switch (source) {
    case 'ra':
        return _('Router');
    case 'dns':
        return 'DNS';
    case 'configuration':
        return _('Settings');
    case 'networkmanager':
        return 'NetworkManager';
    default:
        return source;
    }
}

// SINCE and NOW are in microseconds of CLOCK_BOOTTIME.
export function describeTime(since, now) {
    const moment = new Date(Date.now() - (now - since) / 1000);
    const isToday = moment.toDateString() === new Date().toDateString();

    return isToday
        ? moment.toLocaleTimeString(undefined, {timeStyle: 'short'})
        : moment.toLocaleString(undefined, {dateStyle: 'short', timeStyle: 'short'});
}

// One direction of the counters, like "1.2 MB, 1,234 packets".
export function describeTraffic(counters) {
    const {packets = 0, bytes = 0} = counters;

    // Translators: an amount of data, such as "1.2 MB", and a number of packets.
    return ngettext('%s, %s packet', '%s, %s packets', packets)
        .replace('%s', GLib.format_size(bytes))
        .replace('%s', packets.toLocaleString());
}

// How many packets were dropped, in all directions.
export function countDrops(statistics) {
    return statistics.flatMap(Object.entries)
        .filter(([name]) => name.startsWith('drop-'))
        .reduce((sum, [, count]) => sum + count, 0);
}
