# Installs Debian packages that are missing, and says which and why first. To be sourced.

# Ends the script with a sentence about what to do.
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# need_packages WHY PACKAGE...: installs those of the packages that are not there; does nothing, offline too, when all are.
need_packages() {
  local why=$1 package missing=()
  shift
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "needs ${missing[*]} ($why), and there is no apt-get to install it with"
  printf 'Installing %s: %s\n' "$why" "${missing[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# Runs a command as root, with sudo where that is needed.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    printf 'Needs root, so it is run with sudo: %s\n' "$*"
    sudo "$@"
  else
    fail "needs root to run \"$*\", and there is no sudo; run it as root once, then this again"
  fi
}

# Everything that a build needs: the C side of the toolchain, and the libraries that Shuren stands on.
need_build() {
  command -v dpkg-query >/dev/null || fail "this script installs what it needs with apt; on other systems see README.md"
  command -v swift >/dev/null || fail "there is no swift in PATH; install Swift 6.3 from swift.org/install and come back"
  # The toolchain itself runs only with some of these.
  need_packages "what the Swift toolchain stands on" \
    binutils libc6-dev libgcc-12-dev libstdc++-12-dev libncurses6 libxml2 libcurl4 libsqlite3-0 git ca-certificates
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1) || true
  case $version in
    6.[3-9] | 6.[1-9][0-9] | [7-9].*) ;;
    "") fail "swift does not run; \"swift --version\" tells why" ;;
    *) fail "Swift $version is too old; install 6.3 or newer from swift.org/install" ;;
  esac
  need_packages "the libraries that Shuren uses" libsqlite3-dev libcurl4-openssl-dev zlib1g-dev libssl-dev libargon2-dev
}
