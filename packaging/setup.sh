# What packaging/run, packaging/test and .ci/run share: make the virtual environment ready.
#
# To be sourced by a POSIX shell that has set `root` to the folder of the checkout. Every step
# looks first and does nothing when there is nothing to do, so a second run needs no network.

venv="$root/.venv"
marks="$venv/.set-up"

# The system libraries of Qt's window and of the local models' engine, and the package of Debian
# and Ubuntu that has each.
system_libraries="libgomp.so.1 libgomp1
libstdc++.so.6 libstdc++6
libGL.so.1 libgl1
libEGL.so.1 libegl1
libglib-2.0.so.0 libglib2.0-0
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-shape.so.0 libxcb-shape0"

say() {
    printf '%s\n' "prompt-workbench: $*" >&2
}

stop() {
    say "$*"
    exit 1
}

# set_up [GROUP...]: install the project with the named dependency groups of pyproject.toml.
set_up() {
    install_system_packages
    make_environment
    install_project "$@"
}

# The weights are looked for first; what is there is not fetched again.
fetch_model() {
    "$venv/bin/pwb" models fetch
}

# The programs of others that tests/peers talks to, in folders of their own.
peers="$venv/.peers"
peer_packages="litellm[proxy]==1.108.7"
peer_modules="@copilotkit/aimock@1.43.0"

set_up_peers() {
    command -v npm >/dev/null || stop "Node.js 20 or newer with npm is needed for --peers."
    if [ "$(cat "$peers/installed" 2>/dev/null)" = "$peer_packages $peer_modules" ]; then
        return
    fi
    say "Installing $peer_packages and $peer_modules into $peers"
    "$venv/bin/python" -m venv --clear "$peers/python"
    "$peers/python/bin/python" -m pip install --quiet --disable-pip-version-check "$peer_packages"
    mkdir -p "$peers/node"
    npm install --prefix "$peers/node" --no-audit --no-fund --silent "$peer_modules"
    printf '%s\n' "$peer_packages $peer_modules" >"$peers/installed"
}

find_python() {
    for python in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$python" ] && is_new_enough "$python"; then
            return 0
        fi
    done
    return 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

install_system_packages() {
    # The list is split into words.
    set -- $(missing_python) $(missing_libraries) $(missing_certificates)
    if [ $# -gt 0 ]; then
        install_with_apt "$@"
    fi
}

missing_python() {
    if is_new_enough "$venv/bin/python"; then
        return
    elif ! find_python; then
        echo python3 python3-venv
    elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo python3-venv
    fi
}

missing_libraries() {
    if [ "$(uname)" != Linux ]; then
        return
    fi
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
    printf '%s\n' "$system_libraries" | while read -r library package; do
        case "$known" in
            *"$library "*) ;;
            *) echo "$package" ;;
        esac
    done
}

# Model providers are called over HTTPS, and a bare Debian trusts no certificate.
missing_certificates() {
    if command -v apt-get >/dev/null && [ ! -s /etc/ssl/certs/ca-certificates.crt ]; then
        echo ca-certificates
    fi
}

install_with_apt() {
    if ! command -v apt-get >/dev/null; then
        say "These packages (by their names on Debian) seem to be missing: $*."
        say "Going on; if the app does not start, install them with your system's package manager."
        return
    fi
    as_root=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            stop "System packages are missing. As root, run: apt-get install $*"
        as_root="sudo"
    fi
    say "Installing system packages with ${as_root:+$as_root }apt-get: $*"
    $as_root apt-get update -q
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

make_environment() {
    if ! is_new_enough "$venv/bin/python"; then
        find_python ||
            stop "Python 3.11 or newer is needed. Install it, or name it: PYTHON=/path/to/python $0"
        say "Making the virtual environment $venv with $("$python" --version)"
        "$python" -m venv --clear "$venv"
    fi
    if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
        "$venv/bin/python" -m ensurepip
    fi
}

install_project() {
    # What follows the first table of a tool does not change what is to be installed.
    wanted=$(printf '%s\n' "$root" "$("$venv/bin/python" --version)" \
        "$(sed '/^\[tool/q' "$root/pyproject.toml" | cksum)")
    groups=""
    is_done=yes
    for group in project "$@"; do
        [ "$(cat "$marks/$group" 2>/dev/null)" = "$wanted" ] || is_done=no
        [ "$group" = project ] || groups="$groups --group $group"
    done
    if [ "$is_done" = yes ]; then
        return
    fi
    say "Installing the Python packages into $venv (the first time about 400 MB are downloaded)"
    (
        cd "$root"
        # Dependency groups need pip 25.1.
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "pip>=25.1"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable . $groups
    )
    mkdir -p "$marks"
    for group in project "$@"; do
        printf '%s\n' "$wanted" >"$marks/$group"
    done
}
