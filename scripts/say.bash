# shellcheck shell=bash disable=SC1112,SC2028  # French apostrophes; the forms are for printf
# What the scripts say, in English and French: printf forms by key. Sourced. The language: DSHELL_LANG, else the system's.

say() { # KEY [SLOT...]: one line for the person, on standard error
    local form
    form=$(words "$1")
    shift
    # shellcheck disable=SC2059  # the form is ours
    printf "dshell: $form\n" "$@" >&2
}

fail() { # KEY [SLOT...]
    say "$@"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

words() { # KEY
    case ${DSHELL_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-en}}}} in
    fr*) words_fr "$1" ;;
    *) words_en "$1" ;;
    esac
}

words_en() {
    case $1 in
    old_python) echo 'dshell needs Python 3.11 or newer, and found none. %s' ;;
    python_debian) echo 'Install it with: sudo apt install python3 python3-venv (Debian 12, Ubuntu 24.04 or newer)' ;;
    python_linux) echo 'Install it with the package manager of this system.' ;;
    python_darwin) echo 'Install it with: brew install python, or from https://www.python.org/downloads/' ;;
    python_windows) echo 'Install it with: winget install Python.Python.3.13, or from https://www.python.org/downloads/' ;;
    venv) echo 'making a private Python environment in %s, once' ;;
    venv_failed) echo 'the environment could not be made; the lines above say why' ;;
    store_python) echo 'this Python is from the Microsoft Store: in Git Bash older than 2.53 it has no terminal. Better: winget install Python.Python.3.13' ;;
    usage_install) echo 'usage: scripts/install [--uninstall]' ;;
    foreign) echo '%s is there already and is not from this script; move it away first' ;;
    installed) echo '%s starts dshell' ;;
    start) echo 'type dshell to start it; scripts/install --uninstall takes it away' ;;
    shadowed) echo 'the PATH has another dshell before it: %s' ;;
    not_on_path) echo '%s is not on the PATH yet' ;;
    new_terminal) echo '%s puts it there: open a new terminal, then type dshell' ;;
    add_line) echo 'add this line to the start-up file of your shell, then open a new terminal:\n  %s' ;;
    add_line_to) echo 'this line in %s puts it there:\n  %s' ;;
    not_asked) echo 'nothing was changed there, for nobody is here to ask; add the line yourself, or run this at a terminal' ;;
    add) echo 'add it? [y/N]' ;;
    added) echo 'added to %s: open a new terminal, then type dshell' ;;
    taken) echo 'taken away: %s' ;;
    dropped) echo 'line taken out of %s' ;;
    other_clone) echo '%s belongs to another copy of dshell and stays' ;;
    config_stays) echo 'your settings stay: %s' ;;
    nothing_there) echo 'nothing of dshell is installed from here' ;;
    no_engine) echo 'no Docker answers here; setting up a practice engine of its own' ;;
    engine_failed) echo 'there is no engine; dshell starts without one' ;;
    desktop_off_windows) echo 'Docker Desktop does not answer: start it from the Start menu, or with: docker desktop start' ;;
    desktop_none_windows) echo 'no Docker answers here. Docker Desktop: winget install Docker.DockerDesktop, or https://docs.docker.com/desktop/' ;;
    desktop_off_darwin) echo 'Docker Desktop does not answer: start it with: open -a Docker' ;;
    desktop_none_darwin) echo 'no Docker answers here. Docker Desktop: brew install --cask docker-desktop, or https://docs.docker.com/desktop/' ;;
    usage) echo 'usage: scripts/engine start [--stand-ins] | status | stop [--purge]' ;;
    not_linux) echo 'the practice engine needs Linux; on Windows and macOS Docker Desktop is the engine' ;;
    bad_name) echo 'DSHELL_ENGINE_NAME=%s: at most 20 lower-case letters, digits and hyphens' ;;
    need_root) echo 'the practice engine needs root: there is no sudo here, so run this as root' ;;
    sudo) echo 'the practice engine needs root: asking sudo' ;;
    busy) echo 'another start or stop of a practice engine has been going on for 3 minutes; try again' ;;
    packages) echo 'installing (their services are not started): %s' ;;
    no_apt) echo 'these are missing and there is no apt-get to install them: %s' ;;
    packages_failed) echo 'apt-get could not install them:\n%s' ;;
    no_addresses) echo 'no network 10.200 to 10.254 is free on this machine' ;;
    kernel) echo 'the kernel refuses: %s' ;;
    no_rules) echo 'containers will not reach the network, because iptables refuses: %s' ;;
    died) echo '%s does not start:\n%s' ;;
    stand_ins) echo 'no Docker Hub: alpine, busybox, hello-world and nginx will be stand-ins made of busybox' ;;
    stale) echo 'clearing what the last %s engine left behind' ;;
    starting) echo 'starting the %s engine, a Docker daemon of its own' ;;
    started) echo 'the %s engine answers' ;;
    running) echo 'the %s engine is running' ;;
    stopping) echo 'stopping the %s engine and its containers' ;;
    stopped) echo 'the %s engine is not running' ;;
    ended) echo 'the %s engine has stopped; its images and containers stay' ;;
    purged) echo 'nothing is left of the %s engine; installed packages stay' ;;
    esac
}

words_fr() {
    case $1 in
    old_python) echo 'dshell demande Python 3.11 ou plus récent, introuvable ici. %s' ;;
    python_debian) echo 'Pour l’installer : sudo apt install python3 python3-venv (Debian 12, Ubuntu 24.04 ou plus récent)' ;;
    python_linux) echo 'Installez-le avec le gestionnaire de paquets du système.' ;;
    python_darwin) echo 'Pour l’installer : brew install python, ou https://www.python.org/downloads/' ;;
    python_windows) echo 'Pour l’installer : winget install Python.Python.3.13, ou https://www.python.org/downloads/' ;;
    venv) echo 'création d’un environnement Python privé dans %s, une seule fois' ;;
    venv_failed) echo 'l’environnement n’a pas pu être créé ; les lignes ci-dessus disent pourquoi' ;;
    store_python) echo 'ce Python vient du Microsoft Store : dans un Git Bash antérieur à 2.53, il n’a pas de terminal. Mieux : winget install Python.Python.3.13' ;;
    usage_install) echo 'usage : scripts/install [--uninstall]' ;;
    foreign) echo '%s existe déjà et ne vient pas de ce script ; déplacez-le d’abord' ;;
    installed) echo '%s lance dshell' ;;
    start) echo 'tapez dshell pour le lancer ; scripts/install --uninstall le retire' ;;
    shadowed) echo 'le PATH a un autre dshell avant lui : %s' ;;
    not_on_path) echo '%s n’est pas encore dans le PATH' ;;
    new_terminal) echo '%s l’y met : ouvrez un nouveau terminal, puis tapez dshell' ;;
    add_line) echo 'ajoutez cette ligne au fichier de démarrage de votre shell, puis ouvrez un nouveau terminal :\n  %s' ;;
    add_line_to) echo 'cette ligne dans %s l’y met :\n  %s' ;;
    not_asked) echo 'rien n’y a été changé, faute de personne à qui demander ; ajoutez la ligne vous-même, ou relancez ceci dans un terminal' ;;
    add) echo 'l’ajouter ? [o/N]' ;;
    added) echo 'ajoutée à %s : ouvrez un nouveau terminal, puis tapez dshell' ;;
    taken) echo 'retiré : %s' ;;
    dropped) echo 'ligne retirée de %s' ;;
    other_clone) echo '%s appartient à une autre copie de dshell et reste' ;;
    config_stays) echo 'vos réglages restent : %s' ;;
    nothing_there) echo 'rien de dshell n’est installé d’ici' ;;
    no_engine) echo 'aucun Docker ne répond ici ; mise en place d’un moteur d’exercice à part' ;;
    engine_failed) echo 'il n’y a pas de moteur ; dshell démarre sans' ;;
    desktop_off_windows) echo 'Docker Desktop ne répond pas : lancez-le depuis le menu Démarrer, ou avec : docker desktop start' ;;
    desktop_none_windows) echo 'aucun Docker ne répond ici. Docker Desktop : winget install Docker.DockerDesktop, ou https://docs.docker.com/desktop/' ;;
    desktop_off_darwin) echo 'Docker Desktop ne répond pas : lancez-le avec : open -a Docker' ;;
    desktop_none_darwin) echo 'aucun Docker ne répond ici. Docker Desktop : brew install --cask docker-desktop, ou https://docs.docker.com/desktop/' ;;
    usage) echo 'usage : scripts/engine start [--stand-ins] | status | stop [--purge]' ;;
    not_linux) echo 'le moteur d’exercice demande Linux ; sous Windows et macOS, c’est Docker Desktop' ;;
    bad_name) echo 'DSHELL_ENGINE_NAME=%s : au plus 20 lettres minuscules, chiffres et tirets' ;;
    need_root) echo 'le moteur d’exercice demande les droits de root : sudo manque ici, lancez ceci en tant que root' ;;
    sudo) echo 'le moteur d’exercice demande les droits de root : appel à sudo' ;;
    busy) echo 'un autre démarrage ou arrêt d’un moteur d’exercice dure depuis 3 minutes ; réessayez' ;;
    packages) echo 'installation (sans démarrer leurs services) : %s' ;;
    no_apt) echo 'il manque ceci, et pas d’apt-get pour l’installer : %s' ;;
    packages_failed) echo 'apt-get n’a pas pu les installer :\n%s' ;;
    no_addresses) echo 'aucun réseau de 10.200 à 10.254 n’est libre sur cette machine' ;;
    kernel) echo 'le noyau refuse : %s' ;;
    no_rules) echo 'les conteneurs n’atteindront pas le réseau, car iptables refuse : %s' ;;
    died) echo '%s ne démarre pas :\n%s' ;;
    stand_ins) echo 'pas de Docker Hub : alpine, busybox, hello-world et nginx seront des doublures faites de busybox' ;;
    stale) echo 'nettoyage de ce que le dernier moteur %s a laissé' ;;
    starting) echo 'démarrage du moteur %s, un daemon Docker à part' ;;
    started) echo 'le moteur %s répond' ;;
    running) echo 'le moteur %s est en marche' ;;
    stopping) echo 'arrêt du moteur %s et de ses conteneurs' ;;
    stopped) echo 'le moteur %s n’est pas en marche' ;;
    ended) echo 'le moteur %s s’est arrêté ; ses images et conteneurs restent' ;;
    purged) echo 'il ne reste rien du moteur %s ; les paquets installés restent' ;;
    esac
}
