# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion of clatctl for bash.

# Names of profiles, only the active ones for commands that show something; interfaces.
_clatctl_connections() {
    if [[ $1 == set || $1 == wait ]]; then
        nmcli -e no -g NAME connection show
    else
        nmcli -e no -g NAME connection show --active
    fi 2>/dev/null
    nmcli -e no -g DEVICE connection show --active 2>/dev/null
}

# The words before the cursor, joined where bash has split them at ":" and "=".
_clatctl_split() {
    local word

    args=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ ${#args[@]} -gt 0 && ( $word == [:=]* || ${args[-1]} == *[:=] ) ]]; then
            args[-1]+=$word
        else
            args+=("$word")
        fi
    done
    # A new word, after a blank, has been joined with "prefix=" or the like.
    [[ -z $word && -n ${args[-1]} && ${COMP_LINE:COMP_POINT-1:1} == ' ' ]] && args+=('')
}

# What may follow these words, of which the first one is the command.
_clatctl_offer() {
    local -a commands=(list show stats monitor set wait check exec trace metrics help)

    offers=()
    if [[ $# -eq 0 ]]; then
        offers=("${commands[@]}")
    elif [[ $1 == help && $# -eq 1 ]]; then
        offers=("${commands[@]}")
    elif [[ $1 =~ ^(show|stats|set|wait|check|exec|trace)$ && $# -eq 1 ]]; then
        mapfile -t offers < <(_clatctl_connections "$1")
    elif [[ $1 == set ]]; then
        [[ " ${*:3} " =~ \ (auto|yes|no|force)\  ]] || offers+=(auto yes no force)
        [[ " ${*:3} " == *' prefix='* ]] || offers+=(prefix=)
        [[ " ${*:3} " == *' address='* ]] || offers+=(address={auto,own,shared})
        [[ " ${*:3} " == *' ipv6-mostly='* ]] || offers+=(ipv6-mostly={yes,no,default})
    fi
}

# The options of this command.
_clatctl_offer_options() {
    offers=(--json --help --version)
    case $1 in
        stats) offers+=(--watch --interval) ;;
        wait) offers+=(--timeout) ;;
        trace) offers+=(--count --write) ;;
        check) offers+=(--target --report --short) ;;
    esac
}

# As the word must be written after what opens it: a quote, or none.
_clatctl_quote() {
    case $2 in
        \'*) quoted=${1//\'/\'\\\'\'} ;;
        \"*)
            quoted=${1//\\/\\\\}
            quoted=${quoted//\"/\\\"}
            quoted=${quoted//\$/\\\$}
            quoted=${quoted//\`/\\\`}
            ;;
        *) printf -v quoted '%q' "$1" ;;
    esac
}

_clatctl() {
    local -a args offers=() before=()
    local typed part='' word quoted

    _clatctl_split
    typed=${args[-1]}
    for word in "${args[@]:0:${#args[@]}-1}"; do
        [[ $word == -* ]] || before+=("$word")
    done

    if [[ $typed == -* ]]; then
        _clatctl_offer_options "${before[@]}"
    elif [[ $typed != prefix=* ]]; then
        _clatctl_offer "${before[@]}"
    fi

    # bash replaces what is after an opening quote, or after the last ":" of the word.
    [[ $typed == [\'\"]* ]] || part=${typed%"$2"}
    COMPREPLY=()
    for word in "${offers[@]}"; do
        [[ -n $word ]] || continue
        _clatctl_quote "$word" "$typed"
        [[ $word == "$part$2"* || $quoted == "$part$2"* ]] && COMPREPLY+=("${quoted#"$part"}")
    done
    [[ ${COMPREPLY[*]} == prefix= ]] && compopt -o nospace 2>/dev/null
}

complete -F _clatctl clatctl
