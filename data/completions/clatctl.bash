# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion of clatctl for bash.

# Names of profiles, of which only the active ones have anything to show; their interfaces.
_clatctl_connections() {
    if [[ $1 == set ]]; then
        nmcli -e no -g NAME connection show
    else
        nmcli -e no -g NAME connection show --active
    fi 2>/dev/null
    nmcli -e no -g DEVICE connection show --active 2>/dev/null
}

_clatctl() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local command='' n=0 word match
    local -a words=()

    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == -* ]] && continue
        [[ -z $command ]] && command=$word && continue
        n=$((n + 1))
    done

    if [[ $current == -* ]]; then
        words=(--json --help --version)
    elif [[ -z $command ]]; then
        words=(list show stats monitor set check)
    elif [[ $command == set && $n -ge 1 && $current != '=' && $previous != '=' ]]; then
        words=(auto yes no force prefix=)
    elif [[ $command =~ ^(show|stats|set)$ && $n -eq 0 ]]; then
        mapfile -t words < <(_clatctl_connections "$command")
    fi

    # A name may have blanks: compared as it is, offered as the shell would need it.
    COMPREPLY=()
    for word in "${words[@]}"; do
        [[ -z $word ]] && continue
        printf -v match '%q' "$word"
        [[ $word == "$current"* || $match == "$current"* ]] && COMPREPLY+=("$match")
    done
    [[ ${COMPREPLY[0]} == prefix= ]] && compopt -o nospace 2>/dev/null
}

complete -F _clatctl clatctl
