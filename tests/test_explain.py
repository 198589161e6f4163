"""What is said of a line before it runs, in both languages; and that every command and flag has its sentence."""

from __future__ import annotations

import pytest

from dshell.grammar.load import load
from dshell.line.parse import parse
from dshell.teach import texts as files
from dshell.teach.explain import everything, explain, explain_at, label
from dshell.teach.texts import Texts
from dshell.teach.things import image_name

GRAMMAR = load()
COMMANDS = {" ".join(command.path): command for command in GRAMMAR.commands()}
LANGUAGES = ("en", "fr")


def said(text: str, language: str = "en") -> dict[str, str]:
    """What each piece of ``text`` means, no-break spaces made plain."""
    line = parse(text, GRAMMAR)
    entries = explain(line, Texts(language))
    return {label(line, where): sentence.replace("\N{NO-BREAK SPACE}", " ") for where, sentence in entries}


def at(marked: str, language: str = "en") -> str:
    line, texts = parse(marked.replace("|", "", 1), GRAMMAR), Texts(language)
    return explain_at(line, marked.index("|"), texts, everything(line, texts))


def test_the_first_lines_of_a_course() -> None:
    assert said("docker run alpine") == {
        "docker run": "makes a new container from an image and starts it",
        "alpine": "the image: alpine:latest, from Docker Hub unless it is already here",
    }
    assert said("docker run alpine", "fr") == {
        "docker run": "crée un nouveau conteneur à partir d'une image et le lance",
        "alpine": "l'image : alpine:latest, prise sur Docker Hub si elle n'est pas déjà ici",
    }
    assert said("run -it alpine")["-i"] == "connects your keyboard to the container"
    assert said("run -it alpine", "fr")["-i"] == "relie votre clavier au conteneur"


def test_a_terminal_is_not_what_chooses_the_shell() -> None:
    alone = said("run -it alpine")["-t"]
    assert alone == "gives the container a terminal: a prompt, colours, Ctrl-C. The program is the image's own"
    for line in ("run -it alpine sh", "run -it --entrypoint sh alpine", "exec -it web sh"):
        assert "image's own" not in said(line)["-t"]


@pytest.mark.parametrize(
    ("line", "word", "english", "french"),
    [
        ("run -p 8080:80 x", "8080:80", "port 8080 of this machine → port 80 of the container",
         "port 8080 de cette machine → port 80 du conteneur"),
        ("run -p80 x", "80", "a free port of this machine → port 80 of the container",
         "un port libre de cette machine → port 80 du conteneur"),
        ("run -p 127.0.0.1:53:53/udp x", "127.0.0.1:53:53/udp",
         "port 53 of this machine, at address 127.0.0.1 only → port 53/udp of the container",
         "port 53 de cette machine, à la seule adresse 127.0.0.1 → port 53/udp du conteneur"),
        ("run -v ./src:/app:ro x", "./src:/app:ro", "./src of this machine is seen in the container as /app, read only",
         "./src de cette machine est visible dans le conteneur sous /app, en lecture seule"),
        ("run -v $(pwd):/app x", "$(pwd):/app", "the current folder is seen in the container as /app",
         "le dossier courant est visible dans le conteneur sous /app"),
        ('run -v "$PWD:/app" x', '"$PWD:/app"', "the current folder is seen in the container as /app",
         "le dossier courant est visible dans le conteneur sous /app"),
        ('run -v "$(pwd)":/app x', '"$(pwd)":/app', "the current folder is seen in the container as /app",
         "le dossier courant est visible dans le conteneur sous /app"),
        ('run -v "$HOME/x:/app" x', '"$HOME/x:/app"', "$HOME/x of this machine is seen in the container as /app",
         "$HOME/x de cette machine est visible dans le conteneur sous /app"),
        ("run -v data:/d x", "data:/d", "the volume data, made if it does not exist, is seen in the container as /d",
         "le volume data, créé s'il n'existe pas, est visible dans le conteneur sous /d"),
        ("run -v C:\\Users\\me:/w x", "C:\\Users\\me:/w",
         "C:\\Users\\me of this machine is seen in the container as /w",
         "C:\\Users\\me de cette machine est visible dans le conteneur sous /w"),
        ("run -v /cache x", "/cache", "a new nameless volume is seen in the container as /cache",
         "un nouveau volume sans nom est visible dans le conteneur sous /cache"),
        ("run --mount type=tmpfs,dst=/t x", "type=tmpfs,dst=/t", "a folder in memory is seen in the container as /t",
         "un dossier en mémoire est visible dans le conteneur sous /t"),
        ("run --mount source=d,target=/d,readonly x", "source=d,target=/d,readonly",
         "the volume d, made if it does not exist, is seen in the container as /d, read only",
         "le volume d, créé s'il n'existe pas, est visible dans le conteneur sous /d, en lecture seule"),
        ("run -e A=b x", "A=b", "the variable A inside, with the value b",
         "la variable A dans le conteneur, avec la valeur b"),
        ("run -e A x", "A", "the variable A inside, with the value that it has here",
         "la variable A dans le conteneur, avec la valeur qu'elle a ici"),
        ("run --restart on-failure:3 x", "on-failure:3",
         "it is started again when it ends with an error, 3 times at most",
         "il est relancé s'il se termine sur une erreur, 3 fois au plus"),
        ("pull ghcr.io/a/b:1", "ghcr.io/a/b:1", "the image: ghcr.io/a/b:1, from ghcr.io",
         "l'image : ghcr.io/a/b:1, prise sur ghcr.io"),
        ("cp web:/etc/hosts x", "web:/etc/hosts", "/etc/hosts in the container web",
         "/etc/hosts dans le conteneur web"),
        ("tag a b:2", "b:2", "the name that is added", "le nom qui s'ajoute"),
        ("build .", ".", "the current folder", "le dossier courant"),
        ('build "$PWD"', '"$PWD"', "the current folder", "le dossier courant"),
        ("stop web", "web", "the container web", "le conteneur web"),
        ("run x echo hi", "echo hi", "runs inside, in the place of the image's own command (CMD)",
         "tourne dans le conteneur, à la place de la commande de l'image (CMD)"),
        ("run --nmae web x", "--nmae", "dshell knows no flag --nmae here; did you mean --name?",
         "dshell ne connaît pas d'option --nmae ici ; vouliez-vous dire --name ?"),
        ("docker rnu x", "rnu", "dshell knows no docker command rnu; did you mean run?",
         "dshell ne connaît pas de commande docker rnu ; vouliez-vous dire run ?"),
        ("run --sig-proxy=false x", "--sig-proxy",
         "turned off here: passes Ctrl-C and other signals on to its program; that is so by default",
         "désactivé ici : transmet Ctrl-C et les autres signaux à son programme ; c'est le cas par défaut"),
        ("ls -la | cat", "ls -la | cat", "goes to your own shell", "va à votre propre shell"),
        ("docker scout cves", "docker scout", "a plug-in of docker, with words of its own",
         "un plug-in de docker, qui a ses propres mots"),
    ],
)  # fmt: skip
def test_words(line: str, word: str, english: str, french: str) -> None:
    assert said(line)[word] == english
    assert said(line, "fr")[word] == french


def test_nothing_is_said_twice() -> None:
    line = parse("run -p 1:1 -p 2:2 x && run y", GRAMMAR)
    sentences = [sentence for _, sentence in explain(line, Texts("en"))]
    assert len(sentences) == len(set(sentences))
    assert [line.text[where.start : where.end] for where, _ in explain(line, Texts("en"))] == [
        "run", "-p", "1:1", "2:2", "x", "&&", "y",
    ]  # fmt: skip


def test_each_command_of_the_host_is_told() -> None:
    for text in ("echo one\necho two", "echo one; docker ps; echo two"):
        assert [word for word in said(text) if word != "docker ps"] == ["echo one", "echo two"]


@pytest.mark.parametrize(
    ("marked", "sentence"),
    [
        ("|", ""),
        ("ru|n alpine", "makes a new container from an image and starts it"),
        ("run -i|t alpine sh", "gives the container a terminal: a prompt, colours, Ctrl-C"),
        ("run -|it alpine", "connects your keyboard to the container"),
        ("run |", "next: IMAGE [COMMAND] [ARG...]"),
        ("run | alpine", "next: IMAGE [COMMAND] [ARG...]"),
        ("run alpine |", "next: [COMMAND] [ARG...]"),
        ("run alpine ls |", "given to the program inside the container: docker does not read it"),
        ("exec web |", "next: COMMAND [ARG...]"),
        ("stop web |", "next: [CONTAINER...]"),
        ("logs web |", "next: [CONTAINER...]"),
        ("volume |", "next: create · inspect · ls · prune · rm · update"),
        ("run --name we|b alpine", "names the container, instead of a name that docker makes up"),
        ("run --name=w|", "names the container, instead of a name that docker makes up"),
        ("run --name |",
         "--name names the container, instead of a name that docker makes up · next: its value (string)"),
        ("run --pull |", "--pull when to download the image: always, missing (the default) or never"
         " · next: its value (always, missing, never)"),
        ("run --na|", "next: --name"),
        ("run --nmae|", "dshell knows no flag --nmae here; did you mean --name?"),
        ("docker --context |",
         "--context uses the daemon of this context for this one line · next: its value (a context)"),
        ("ls; stop a|", "the container a"),
        ("stop a && |", ""),
        ("cd |", ""),
        ("run 'alp|", "the quote is not closed yet"),
    ],
)  # fmt: skip
def test_at_the_cursor(marked: str, sentence: str) -> None:
    assert at(marked) == sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "line",
    [
        "docker -H x run -it --bogus=1 -p : -v : --mount a -e = -e '' --restart x a b c && rm | x; cd ~ 'open",
        "-",
        "!",
        "=",
        "run --env",
    ],
)
def test_every_cursor_gets_a_sentence_or_none(line: str, language: str) -> None:
    parsed = parse(line, GRAMMAR)
    for _, sentence in explain(parsed, Texts(language)):
        assert sentence
        assert not sentence.startswith(("explain.", "flags.", "commands.", "prompt."))
    for cursor in range(len(line) + 1):
        here = explain_at(parsed, cursor, Texts(language), everything(parsed, Texts(language)))
        assert not here.startswith(("explain.", "flags.", "commands."))


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("alpine", ("alpine:latest", "Docker Hub")),
        ("me/app:2", ("me/app:2", "Docker Hub")),
        ("docker.io/library/alpine", ("alpine:latest", "Docker Hub")),
        ("localhost/app", ("localhost/app:latest", "localhost")),
        ("localhost:5000/app:1", ("localhost:5000/app:1", "localhost:5000")),
        ("ghcr.io/a/b@sha256:00", ("ghcr.io/a/b@sha256:00", "ghcr.io")),
    ],
)
def test_image_names(reference: str, name: tuple[str, str]) -> None:
    assert image_name(reference) == name


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    for key, text in files.section(language, "explain").items():
        assert len(text) <= 100, key
        assert not text.endswith("."), key
