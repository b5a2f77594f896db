# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What tests/run and tests/demo have in common: packages and the build. Sourced, with the
# top folder of the project as working directory.

# Not the first python3 on the PATH, which may lack the distribution's modules.
export PYTHON=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1
export PATH="$PATH:/usr/sbin:/sbin"
BUILD=build-tests

say()
{
  printf '\n== %s\n' "$*"
}

die()
{
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

need_root()
{
  [ "$(id -u)" = 0 ] || die "must be run by root: it makes network namespaces (sudo $0)"
}

# The packages named in the files given, without comments.
packages_in()
{
  cat "$@" | sed 's/#.*//' | tr -s '[:space:]' '\n' | sed '/^$/d'
}

# Those of the packages on stdin that are not installed.
missing_of()
{
  while read -r package; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null) in
      installed) ;;
      *) echo "$package" ;;
    esac
  done
}

# Installs packages without letting them start services: what the tests start runs in
# namespaces, and a NetworkManager outside of them would take over the machine's interfaces.
install_quietly()
(
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod 755 $policy
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get -q update && apt-get -q -y install --no-install-recommends "$@"
)

install_packages()
{
  if ! command -v dpkg-query > /dev/null; then
    say "no Debian: what tests/packages names must be there already"
    return
  fi
  missing=$(packages_in "$@" | missing_of)
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # One word for each package.
  set -- $missing
  say "installing $*"
  install_quietly "$@" || die "the packages could not be installed"
}

# Builds with warnings as errors. Two runs in one checkout take turns: call it with
# "with_build_lock".
build_project()
{
  say "building in $BUILD"
  if [ ! -f $BUILD/build.ninja ]; then
    meson setup $BUILD --prefix=/usr --sysconfdir=/etc --localstatedir=/var -Dwerror=true \
      -Dnmcli-shadow-dir=/usr/local/lib/clat-nm/shadow || return
  fi
  meson compile -C $BUILD
}

# Installs into the folder given.
install_project()
{
  mkdir -p "$1"
  meson install -C $BUILD --quiet --no-rebuild --destdir "$1"
}

with_build_lock()
{
  mkdir -p $BUILD
  (
    flock -n 9 || { say "waiting for another run to build"; flock 9; }
    "$@"
  ) 9> $BUILD/lock
}
