"""What a sentence tells when something is known: the daemon's names, the disk, the environment. Nobody waits."""

from __future__ import annotations

from time import time

import pytest

from dshell.engine.facts import container_names
from dshell.engine.records import ContainerName, ImageName, Names
from dshell.grammar.load import load
from dshell.line.check import checked
from dshell.line.model import Line
from dshell.line.parse import parse
from dshell.line.paths import Found
from dshell.teach.explain import everything, explain, explain_at
from dshell.teach.hand import Hand
from dshell.teach.texts import load as load_texts

GRAMMAR = load()
NOW = 1_000_000.0
NAMES = Names(
    containers=(
        ContainerName("web", "1" * 64, "nginx:latest", "running", NOW - 7300, ("8080/tcp", "53/udp")),
        ContainerName("old", "2" * 64, "alpine:latest", "exited", NOW - 90_000),
        ContainerName("new", "3" * 64, "alpine:latest", "created"),
    ),
    images=(ImageName("alpine:latest", "sha256:aa", 8_300_000), ImageName("nginx:latest", "sha256:bb", 192_000_000)),
    volumes=("data",),
    networks=("bridge", "mine"),
    contexts=("default",),
)
DISK = {"/home/me/src": Found.FOLDER, "/home/me/conf": Found.FILE, "/home/me": Found.FOLDER, "/secret": Found.CLOSED}


def read(text: str) -> Line:
    return checked(parse(text, GRAMMAR), GRAMMAR, NAMES)


HAND = Hand(
    names=NAMES,
    look=lambda path: DISK.get(path, Found.NOTHING),
    command=lambda name: ("/bin/sh",) if name == "alpine:latest" else None,
    environ={"HOME": "/home/me", "GREETING": "hello", "API_KEY": "hush", "EMPTY": ""},
    folder="/home/me",
    home="/home/me",
    now=NOW,
    read=read,
)


def said(text: str, language: str = "en", hand: Hand = HAND) -> dict[str, str]:
    line = read(text)
    return {
        text[where.start : where.end]: sentence.replace("\N{NO-BREAK SPACE}", " ")
        for where, sentence in explain(line, load_texts(language), hand)
    }


FOLDER = "of this machine (it exists) → /app in the container"
MISSING = "of this machine, missing: docker"

FACTS = [
    ("run -v ./src:/app:ro x", "./src:/app:ro", f"the folder /home/me/src {FOLDER}, read only"),
    ("run -v ~/src:/app x", "~/src:/app", f"the folder /home/me/src {FOLDER}"),
    ("run -v $HOME/src:/app x", "$HOME/src:/app", f"the folder /home/me/src {FOLDER}"),
    ('run -v "$(pwd)":/app x', '"$(pwd)":/app', f"the folder /home/me {FOLDER}"),
    ("run -v ./conf:/app x", "./conf:/app", f"the file /home/me/conf {FOLDER}"),
    ("run -v ../x:/app x", "../x:/app", f"/home/x {MISSING} makes an empty folder → /app in the container"),
    ("run -v /secret:/app x", "/secret:/app", "/secret of this machine is seen in the container as /app"),
    ("run -v $(id)/x:/app x", "$(id)/x:/app", "$(id)/x of this machine is seen in the container as /app"),
    ("run -v $NO/x:/app x", "$NO/x:/app", "$NO/x of this machine is seen in the container as /app"),
    ("run --mount type=bind,src=./x,dst=/app y", "type=bind,src=./x,dst=/app",
     f"/home/me/x {MISSING} will refuse → /app in the container"),
    ("run --mount type=bind,src=./src,dst=/app,ro y", "src=./src", "/home/me/src, a folder of this machine"),
    ("run -v data:/d x", "data:/d", "the volume data, which exists, is seen in the container as /d"),
    ("run -v more:/d x", "more:/d", "a new volume called more is made and seen in the container as /d"),
    ("run --env-file conf x", "conf", "/home/me/conf, a file of this machine"),
    ("run --env-file gone x", "gone", "/home/me/gone: there is nothing at that place"),
    ("run -p 8080:80 x", "8080:80", "port 8080 of this machine → port 80 of the container. Taken now by web"),
    ("run -p 53:53 x", "53:53", "port 53 of this machine → port 53 of the container"),
    ("run -p 53:53/udp x", "53:53/udp", "port 53 of this machine → port 53/udp of the container. Taken now by web"),
    ("run --name web x", "web", "web is taken: a container has that name already (rm web deletes it)"),
    ("run -e GREETING x", "GREETING", "the variable GREETING inside, with the value that it has here (it is set)"),
    ("run -e NO x", "NO", "the variable NO is not set here: the container does not get it"),
    ("run -e API_KEY=abc x", "API_KEY=abc", "the variable API_KEY inside, with the value given here"),
    ("run -e A=$GREETING x", "$GREETING", "$GREETING is replaced by its value here: hello"),
    ("run -e A=$API_KEY x", "$API_KEY", "$API_KEY is replaced by the value that it has here (it is set)"),
    ("run -e A=$NO x", "$NO", "$NO is not set here: nothing stands in its place"),
    ("run alpine", "alpine", "the image alpine:latest: it is here, 8.3 MB, runs /bin/sh"),
    ("run nginx", "nginx", "the image nginx:latest: it is here, 192 MB"),
    ("run redis", "redis", "the image redis:latest: not here, it will be downloaded from Docker Hub"),
    ("pull alpine", "alpine",
     "the image alpine:latest from Docker Hub: it is here (8.3 MB), only what is new is downloaded"),
    ("rmi redis", "redis", "no image redis:latest is here"),
    ("logs web", "web", "the container web: running for 2 h 1 min, from nginx:latest"),
    ("start 2222", "2222", "the container old: stopped for 1 d 1 h, from alpine:latest"),
    ("start new", "new", "the container new: made, never started, from alpine:latest"),
    ("stop gone", "gone", "no container is called gone"),
    ("stop we", "we", "no container is called we; web begins so"),
    ("rmi alp", "alp", "no image alp:latest is here; alpine begins so"),
    ("inspect data", "data", "the volume data"),
    ("run --network mine x", "mine", "the network mine"),
    ("run --network gone x", "gone", "no network is called gone"),
    ("volume rm gone", "gone", "no volume is called gone"),
]  # fmt: skip

WORDS = [
    ("run -m 512m x", "512m", "512 MB", "512 Mo"),
    ("run -m 1.5g x", "1.5g", "1.5 GB", "1,5 Go"),
    ("run --memory-swap -1 -m 8m x", "-1", "no limit", "pas de limite"),
    ("run -m 0 x", "0", "no limit", "pas de limite"),
    ("run --restart on-failure:0 x", "on-failure:0", "it is started again when it ends with an error",
     "il est relancé s'il se termine sur une erreur"),
    ("search --filter stars=3 nginx", "stars=3", "only those with at least 3 stars",
     "seulement celles qui ont au moins 3 étoiles"),
    ("logs --until 10m web", "10m", "up to 10 min ago", "jusqu'à il y a 10 min"),
    ("run --shm-size 0 x", "0", "as much as without it", "autant que sans elle"),
    ("run --memory-swap 0 -m 8m x", "0", "as much as without it", "autant que sans elle"),
    ("run --health-interval 1m30s x", "1m30s", "1 min 30 s", "1 min 30 s"),
    ("stop -t 90 web", "90", "1 min 30 s", "1 min 30 s"),
    ("logs --since 10m web", "10m", "from 10 min ago on", "à partir d'il y a 10 min"),
    ("run --cpus 1.5 x", "1.5", "as much as 1.5 processors can do", "autant que 1,5 processeurs"),
    ("run --cpus 0.25 x", "0.25", "25 % of one processor", "25 % d'un processeur"),
    ("run -u 1000:1000 x", "1000:1000", "user number 1000, group number 1000",
     "l'utilisateur numéro 1000, le groupe numéro 1000"),
    ("run -u root x", "root", "root, who may do everything in the container", "root, qui peut tout dans le conteneur"),
    ("kill -s SIGHUP web", "SIGHUP", "the terminal is gone; many servers read their settings again",
     "le terminal n'est plus là ; bien des serveurs relisent leurs réglages"),
    ("run --cap-add net_admin x", "net_admin", "changes network settings: addresses, routes, firewall",
     "change les réglages du réseau : adresses, routes, pare-feu"),
    ("run --platform linux/arm64 x", "linux/arm64", "Linux, 64-bit ARM processors (Apple silicon, Raspberry Pi)",
     "Linux, processeurs ARM 64 bits (Apple silicon, Raspberry Pi)"),
    ("run --ulimit nofile=10:20 x", "nofile=10:20", "open files: 10, and the program may raise it to 20",
     "fichiers ouverts : 10, que le programme peut porter à 20"),
    ("run --device /dev/a:/dev/b:r x", "/dev/a:/dev/b:r",
     "/dev/a of the daemon's machine → /dev/b in the container, only to read",
     "/dev/a de la machine du daemon → /dev/b dans le conteneur, seulement pour lire"),
    ("run --gpus all x", "all", "all graphics cards of the machine", "toutes les cartes graphiques de la machine"),
    ("run --gpus device=0 x", "device=0", "these graphics cards: 0", "ces cartes graphiques : 0"),
    ("run --log-driver none x", "none", "kept nowhere: docker logs shows nothing",
     "gardés nulle part : docker logs ne montre rien"),
    ("run --network host x", "host", "no network of its own: its ports are those of this machine",
     "pas de réseau à lui : ses ports sont ceux de cette machine"),
    ("run --network container:web x", "container:web", "the network of the container web: same address, same ports",
     "le réseau du conteneur web : même adresse, mêmes ports"),
    ("run --pid host x", "host", "sees all processes of this machine", "voit tous les processus de cette machine"),
    ("run --add-host db:10.0.0.5 x", "db:10.0.0.5", "inside, the name db means 10.0.0.5",
     "dans le conteneur, le nom db veut dire 10.0.0.5"),
    ("image prune --filter label!=x", "label!=x", "only those without the label x",
     "seulement ceux qui n'ont pas l'étiquette x"),
    ("ps --filter status=exited", "status=exited", "only those that are exited",
     "seulement ceux dont l'état est exited"),
    ("ps --format '{{.Names}} {{.Image}}'", "'{{.Names}} {{.Image}}'", "a line for each, with Names, Image",
     "une ligne pour chacun, avec Names, Image"),
    ("run --mount type=tmpfs,dst=/t x", "type=tmpfs", "a folder in memory, gone when the container stops",
     "un dossier en mémoire, perdu quand le conteneur s'arrête"),
    ("run --mount src=data,dst=/t,ro x", "ro", "it can be read in the container, not changed",
     "le conteneur peut le lire, pas le changer"),
    ("run --mount type=bind,src=.,dst=/t,readonly=false x", "readonly=false", "it can be changed in the container",
     "le conteneur peut le changer"),
    ("run --mount type=npipe,src=a,dst=b x", "type=npipe", "a named pipe of Windows", "un tube nommé de Windows"),
    ("run -v /data x", "/data", "a new nameless volume is seen in the container as /data",
     "un nouveau volume sans nom est visible dans le conteneur sous /data"),
    ("run --volumes-from web x", "web", "sees the volumes of the container web", "voit les volumes du conteneur web"),
    ("run --volumes-from web:ro x", "web:ro", "sees the volumes of the container web, read only",
     "voit les volumes du conteneur web, en lecture seule"),
    ("run --cpuset-cpus 0-2 x", "0-2", "only processors 0-2 (the first is 0)",
     "seulement les processeurs 0-2 (le premier est 0)"),
    ("run --group-add 33 x", "33", "group number 33", "le groupe numéro 33"),
    ("run --expose 80 x", "80", "the image says that it listens on port 80; nothing is opened here",
     "l'image annonce qu'elle écoute sur le port 80 ; rien n'est ouvert ici"),
    ("run --pid container:web x", "container:web", "shared with the container web", "partagé avec le conteneur web"),
    ("ps --format json", "json", "JSON, for programs", "du JSON, pour les programmes"),
    ("cp - web:/x", "-", "standard input or output, as a tar archive",
     "l'entrée ou la sortie standard, en archive tar"),
]  # fmt: skip

NESTED = [
    ("run x sh -c 'cd /a && ls | wc > o'", "cd", "cd runs in the container"),
    ("run x sh -c 'cd /a && ls | wc > o'", "&&", "only if what stands before it went well"),
    ("run x sh -c 'cd /a && ls | wc > o'", "wc", "wc runs in the container"),
    ("run x sh -c 'cd /a && ls | wc > o'", ">", "what is written goes to a file in the container"),
    ("run x sh -e -c 'ls 2>&1 & wait'", "2>&1", "errors go where the output goes"),
    ("run x sh -e -c 'ls 2>&1 & wait'", "&", "without waiting for it"),
    ("run x sh -c 'cat < a'", "<", "its input comes from a file in the container"),
    ("run --entrypoint bash x -lc 'make all'", "make", "make runs in the container"),
    ("exec web sh -c \"echo $GREETING\"", "$GREETING",
     "$GREETING is replaced by its value here: hello; in single quotes it would be the container's"),
    ("stop $(docker ps -q)", "$(docker ps -q)", "replaced by what this line writes, before docker reads the rest"),
    ("stop $(docker ps -q)", "docker ps", "lists the containers that are running; -a shows the stopped ones too"),
    ("stop $(docker ps -aq)", "-a", "shows the stopped ones too"),
    ("run a && stop b", "&&", "only if what stands before it went well"),
    ("ps | grep x > o", "|", "what the one before it prints is read by the one after it"),
    ("ps | grep x > o", "grep x", "goes to your own shell"),
    ("ps > o", "o", "a file of this machine"),
    ("sudo docker ps", "sudo", "as root; dshell leaves it out where the daemon can be reached without it"),
    ("winpty docker ps", "winpty", "a help that old Git Bash needs; dshell does without it"),
    ("A=1 docker ps", "A=1", "a variable for this command alone"),
    ("compose -f x up -d", "up", "makes and starts all that the compose file describes, and shows what it prints"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "word", "sentence"), FACTS)
def test_what_is_known_is_told(text: str, word: str, sentence: str) -> None:
    assert said(text)[word] == sentence


@pytest.mark.parametrize(("text", "word", "english", "french"), WORDS)
def test_what_a_value_means(text: str, word: str, english: str, french: str) -> None:
    assert said(text)[word] == english
    assert said(text, "fr")[word] == french


@pytest.mark.parametrize(("text", "word", "sentence"), NESTED)
def test_what_stands_inside_and_between(text: str, word: str, sentence: str) -> None:
    assert said(text)[word] == sentence


def test_of_a_word_in_the_wrong_place_only_that_is_said() -> None:
    line = read("exec alpine sh")
    told = [sentence for where, sentence in explain(line, load_texts("en"), HAND) if where.start == 5]
    assert told == ["alpine is an image; old is a container made from it"]


@pytest.mark.parametrize(
    ("marked", "sentence"),
    [
        ("run -m 4x|", "how much memory it may use at most: 512m, 2g; beyond that it is killed"),
        ("run -m |", "-m how much memory it may use at most: 512m, 2g; beyond that it is killed"
         " · next: its value (a number and b, k, m or g: 512m)"),
        ("start alpine|", "alpine is an image; old is a container made from it"),
        ("run --mount type=bi|nd,src=./src,dst=/app x", "a folder or file of this machine"),
        ("run x sh -c 'ec|ho a'", "echo runs in the container"),
    ],
)  # fmt: skip
def test_at_the_cursor(marked: str, sentence: str) -> None:
    line, texts = read(marked.replace("|", "")), load_texts("en")
    assert explain_at(line, marked.index("|"), texts, everything(line, texts, HAND)) == sentence


def test_a_daemon_elsewhere_has_another_disk() -> None:
    away = HAND._replace(local=False)
    assert said("run -v ./src:/app x", hand=away)["./src:/app"].endswith(
        "src of this machine is seen in the container as /app"
    )


@pytest.mark.parametrize(
    ("status", "seconds"),
    [
        ("Up 2 hours", 7200),
        ("Up About a minute", 60),
        ("Up About an hour (healthy)", 3600),
        ("Up Less than a second", 0),
        ("Up 5 minutes (Paused)", 300),
        ("Exited (0) 3 days ago", 259_200),
        ("Restarting (1) 4 seconds ago", 4),
    ],
)
def test_since_when_a_container_is_what_it_is(status: str, seconds: int) -> None:
    row = {"Id": "1", "Names": ["/web"], "Created": 5, "Status": status}
    assert abs(time() - container_names([row])[0].since - seconds) < 5


def test_a_container_that_was_never_started_is_as_old_as_it_is() -> None:
    assert container_names([{"Id": "1", "Names": ["/web"], "Created": 5, "Status": "Created"}])[0].since == 5


def test_an_image_without_a_name_is_shown_as_docker_shows_it() -> None:
    rows = [{"Id": "1", "Names": ["/web"], "Image": image} for image in ("sha256:" + "5ca0" * 16, "alpine")]
    assert [found.image for found in container_names(rows)] == ["5ca05ca05ca0", "alpine"]
