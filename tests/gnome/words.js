// SPDX-License-Identifier: GPL-2.0-or-later
// Unit test of the words of the extension of GNOME Shell. Its argument is the folder of that.

import GLib from 'gi://GLib';
import System from 'system';

const folder = System.programArgs[0];
const words = await import(GLib.filename_to_uri(`${folder}/words.js`, null));
const {withMode} = await import(GLib.filename_to_uri(`${folder}/profile.js`, null));

const ACTIVE = {
    path: '/1', State: 'active', StateReason: 'none', StateText: 'text', Plat: 'reachable', Mode: 'auto',
};
const MODE_KEY = 'net.clatnm.clat';

let failures = 0;

function equal(actual, expected, what) {
    const [a, b] = [actual, expected].map(value => JSON.stringify(value));

    if (a === b)
        return;
    printerr(`${what}: ${a}, expected ${b}`);
    failures++;
}

const paths = (...connections) => words.choose(connections).map(connection => connection.path);
const other = (path, State, more = {}) => ({...ACTIVE, path, State, ...more});

equal(paths(), [], 'no connection');
equal(paths(other('/1', 'native')), [], 'native IPv4');
equal(paths(other('/1', 'unsupported')), [], 'a link that cannot carry a CLAT');
equal(paths(other('/1', 'searching'), other('/2', 'native')), [], 'IPv4 by another connection');
equal(paths(other('/1', 'active', {Plat: 'unreachable'}), other('/2', 'native')), [],
    'a NAT64 that does not answer, beside native IPv4');
equal(paths(other('/1', 'searching'), other('/2', 'active'), other('/3', 'native')), ['/2', '/1'],
    'an active one comes first');
equal(paths(other('/2', 'active'), other('/1', 'active')), ['/1', '/2'], 'equal ones keep their order');
equal(paths(other('/1', 'of-a-newer-service')), ['/1'], 'an unknown state');

for (const state of ['active', 'delegated', 'preparing', 'searching', 'failed', 'disabled'])
    equal(words.summarize(other('/1', state)) !== state, true, `${state} has a word`);
equal(words.summarize(other('/1', 'new')), 'new', 'an unknown state is shown as it is');
equal(words.summarize(other('/1', 'active', {Plat: 'unreachable'})), 'No answer', 'summary');
equal(words.explain(other('/1', 'failed', {StateReason: 'new'})), 'text',
    'for an unknown reason there is the text of the service');
equal(words.explain(other('/1', 'searching', {StateReason: 'no-nat64'})),
    'This network announces no NAT64', 'a reason');
equal(words.isTrouble(ACTIVE), false, 'no trouble');
equal(words.isTrouble(other('/1', 'failed')), true, 'trouble');

equal(words.countDrops([{packets: 5, 'drop-a': 2}, {'drop-a': 1, 'drop-b': 4}]), 7, 'drops');
equal(words.describeTraffic({packets: 1, bytes: 1500}).replace(/\s/g, ' '), '1.5 kB, 1 packet', 'one');
equal(words.describeTraffic({}).replace(/\s/g, ' '), '0 bytes, 0 packets', 'no packets');
equal(words.describeTime(1e6, 2e6).length < words.describeTime(1e6, 2e6 + 86400e6).length, true,
    'with the date, if that is not today');

const bytes = value => new GLib.Variant('a{ss}', value);
const user = settings => settings.user?.data.deepUnpack() ?? null;

equal(user(withMode({ipv4: {}}, 'no')), {[MODE_KEY]: 'no'}, 'the first key');
equal(user(withMode({user: {data: bytes({a: 'b', [MODE_KEY]: 'no'})}}, 'auto')), {a: 'b'},
    'other keys stay');
equal(user(withMode({user: {data: bytes({[MODE_KEY]: 'no'})}}, 'auto')), null, 'the last key');
equal(Object.keys(withMode({ipv4: {}, ipv6: {}}, 'auto')), ['ipv4', 'ipv6'], 'other settings stay');

System.exit(failures > 0 ? 1 : 0);
