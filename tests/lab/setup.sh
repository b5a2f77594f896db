# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What tests/run, tests/demo and tests/soak have in common: packages and the build. Sourced, with
# the top folder of the project as working directory.

# Not the first python3 on the PATH, which may lack the distribution's modules.
export PYTHON=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1
export PATH="$PATH:/usr/sbin:/sbin"
BUILD=build-tests
MESON=meson
SETUP_OPTIONS=

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
  [ "$(id -u)" = 0 ] || die "must be run as root: it makes network namespaces"
}

# Fails with one sentence where the namespaces of the test network cannot be made, before
# anything has been installed.
need_namespaces()
{
  [ -e /proc/self/ns/net ] || die "/proc is not mounted"
  why=$(unshare --net --mount --uts --ipc --pid --fork --mount-proc --propagation private \
    true 2>&1) && return
  why=$(echo "$why" | head -n 1)
  die "the network namespaces of the test network cannot be made ($why)." \
    "A container must be privileged, and the root directory of a chroot a mount point."
}

# Makes the device by which the tests reach tun interfaces: containers often have none.
need_tun_device()
{
  if [ ! -e /dev/net/tun ]; then
    mkdir -p /dev/net && mknod -m 666 /dev/net/tun c 10 200
  fi
  (: <> /dev/net/tun) 2> /dev/null || die "/dev/net/tun cannot be opened:" \
    "the kernel has no tun interfaces, or this container may not use them"
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

# apt-get without questions; another one that is at work is waited for.
apt_get()
{
  LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -q --no-install-recommends \
    -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@"
}

# Says how much will be installed with the packages given: they need others.
announce_install()
{
  apt_get --simulate install "$@" > "$log" 2>&1 || return
  apt_get --assume-no install "$@" 2>&1 | sed -n \
    -e 's/^\([0-9]* upgraded, [0-9]* newly installed\), .*/With what they need: \1,/p' \
    -e 's,^Need to get \([^/]*B\)\(/.*\)\? of archives\.$,\1 to download\,,p' \
    -e 's/^After this operation, \(.*\) of additional disk space will be used\.$/\1 on disk./p' \
    -e 's/^After this operation, \(.*\) disk space will be freed\.$/\1 on disk freed./p' \
    | tr '\n' ' '
  echo
}

# Installs packages without letting them start services: what the tests start runs in
# namespaces, and a NetworkManager outside of them would take over the machine's interfaces.
install_quietly()
(
  log=$(mktemp) || exit
  policy=
  trap 'rm -f "$log" $policy' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod 755 $policy
  fi
  # Lists that are not quite complete may do; if not, what comes next fails.
  apt_get update > "$log" 2>&1 || cat "$log"
  if announce_install "$@" && apt_get --yes install "$@" > "$log" 2>&1; then
    exit 0
  fi
  cat "$log"
  exit 1
)

# Installs what the files given name, and says so first.
install_packages()
{
  if ! command -v dpkg-query > /dev/null; then
    say "this is not Debian: install what $* name yourself"
    return
  fi
  missing=$(packages_in "$@" | missing_of)
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086 # One word for each package.
  set -- $missing
  say "installing these Debian packages, which are missing:"
  echo "$*"
  install_quietly "$@" || die "the packages could not be installed"
}

# Arguments: what it is for, "demo" or "tests", and files with further packages.
install_packages_for()
{
  purpose=$1
  shift
  [ "$purpose" = demo ] || set -- tests/packages "$@"
  install_packages tests/packages-build tests/packages-demo "$@"
}

# Builds with warnings as errors. Two runs in one checkout take turns: call it with
# "with_build_lock".
build_project()
{
  say "building in $BUILD"
  if [ ! -f $BUILD/build.ninja ]; then
    # shellcheck disable=SC2086 # One word for each option.
    $MESON setup $BUILD --prefix=/usr --sysconfdir=/etc --localstatedir=/var -Dwerror=true \
      -Dnmcli-shadow-dir=/usr/local/lib/clat-nm/shadow $SETUP_OPTIONS || return
  fi
  $MESON compile -C $BUILD
}

# Installs into the folder given.
install_project()
{
  mkdir -p "$1"
  $MESON install -C $BUILD --quiet --no-rebuild --destdir "$1"
}

with_build_lock()
{
  mkdir -p $BUILD
  (
    flock -n 9 || { say "waiting for another run to build"; flock 9; }
    "$@"
  ) 9> $BUILD/lock
}
