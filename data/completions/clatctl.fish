# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of clatctl for fish.

set -l commands list show stats monitor set wait check exec trace metrics help

# Names of profiles, only the active ones for commands that show something; interfaces.
function __clatctl_connections
    if __fish_seen_subcommand_from set wait
        nmcli -e no -g NAME connection show 2>/dev/null
    else
        nmcli -e no -g NAME connection show --active 2>/dev/null
    end
    nmcli -e no -g DEVICE connection show --active 2>/dev/null
end

# The words before the cursor that are no options: clatctl, the command, its arguments.
function __clatctl_words
    string match --invert -- '-*' (commandline -opc)
end

function __clatctl_is_first_argument
    test (count (__clatctl_words)) -eq 2
end

function __clatctl_is_setting
    set -l words (__clatctl_words)
    test (count $words) -ge 3; and test "$words[2]" = set
end

complete -c clatctl -f
complete -c clatctl -s j -l json -d 'Print JSON'
complete -c clatctl -s h -l help -d 'Show the help'
complete -c clatctl -s V -l version -d 'Show the version'

complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a list -d 'Show whether IPv4 works, and why not'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a show -d 'Show everything about one connection'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a stats -d 'Count packets, bytes and drops'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a monitor -d 'Print changes until interrupted'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a set -d 'Change settings of a connection'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a wait -d 'Wait until IPv4 works'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a check -d 'Find out why IPv4 does not work'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a exec -d 'Run a command in its namespace'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a trace -d 'Show its packets before and after translation'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a metrics -d 'Print OpenMetrics text for monitoring'
complete -c clatctl -n "not __fish_seen_subcommand_from $commands" -a help -d 'Show the help of clatctl or of a command'

complete -c clatctl -n '__clatctl_is_first_argument; and __fish_seen_subcommand_from show stats set wait check exec trace' -a '(__clatctl_connections)'
complete -c clatctl -n '__clatctl_is_first_argument; and __fish_seen_subcommand_from help' -a "$commands"
complete -c clatctl -n __clatctl_is_setting -a 'auto yes no force' -d Mode
complete -c clatctl -n __clatctl_is_setting -a 'prefix=' -d 'NAT64 prefix'
complete -c clatctl -n __clatctl_is_setting -a 'address=auto address=own address=shared' -d 'IPv6 address'
complete -c clatctl -n __clatctl_is_setting -a 'ipv6-mostly=yes ipv6-mostly=no ipv6-mostly=default' -d 'IPv6-mostly'

complete -c clatctl -n '__fish_seen_subcommand_from wait' -s t -l timeout -x -d 'Fail after this many seconds'
complete -c clatctl -n '__fish_seen_subcommand_from stats' -s w -l watch -d 'Print rates each second'
complete -c clatctl -n '__fish_seen_subcommand_from stats' -s i -l interval -x -d 'Print rates each time after so many seconds'
complete -c clatctl -n '__fish_seen_subcommand_from check' -l target -x -d 'Try to reach this IPv4 address'
complete -c clatctl -n '__fish_seen_subcommand_from check' -l report -d 'Print a text for a bug report'
complete -c clatctl -n '__fish_seen_subcommand_from check' -l short -d 'Shorten addresses'
complete -c clatctl -n '__fish_seen_subcommand_from trace' -s c -l count -x -d 'End after so many packets'
complete -c clatctl -n '__fish_seen_subcommand_from trace' -l write -r -F -d 'Write the packets into a pcapng file'
