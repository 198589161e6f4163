"""Secrets in a line, and in words from elsewhere: where they stand is known, and what only looks like one is kept."""

from __future__ import annotations

import pytest

from dshell.line.model import Line
from dshell.line.parse import parse
from dshell.line.secrets import concealed, masked, reveals, secrets
from dshell.shell.faces import hint_text
from dshell.shell.reading import Reading
from dshell.teach.explain import explain, label
from dshell.teach.layout import Scene
from dshell.teach.layout import lines as rows_of
from dshell.teach.texts import load as load_texts
from tests.shell_parts import GRAMMAR, texts_of

CANARY = "zQ7canary"

LINES = [
    "login -u me -p {} registry.example",
    "docker login -p{} registry.example",
    "docker login --password={}",
    "echo {} | docker login --password-stdin",
    "docker login --password-stdin <<< {}",
    "run -e DB_PASSWORD={} alpine",
    "run -e 'DB_PASSWORD={}' alpine",
    'run -e "API_TOKEN={} x" alpine',
    "run --env=GH_KEY={} alpine",
    "create -e MYSQL_PWD={} alpine",
    "run -e SSH_KEY={} alpine",
    "run -e AWS_ACCESS_KEY_ID={} alpine",
    "run -e SIGNING_KEYS={} alpine",
    "run -e DB_PW={} alpine",
    "run alpine sh -c 'AWS_SECRET_ACCESS_KEY={} true'",
    "run alpine sh -c 'HOST_KEY_2={} true'",
    "exec web tool --api-key {}",
    "!export DEPLOY_KEY={}",
    "exec -e NEO4J_AUTH=neo4j/{} db sh",
    "run -e DATABASE_URL=postgres://me:{}@db/x alpine",
    "run -e CACHE=redis://:{}@db alpine",
    "run --log-opt splunk-token={} alpine",
    "run --label traefik.http.middlewares.a.basicauth.users=me:{} alpine",
    "run --mount type=volume,dst=/x,volume-opt=password={} alpine",
    "build --build-arg NPM_TOKEN={} .",
    "buildx build --build-arg=TOKEN={} .",
    "compose run -e DB_PASSWORD={} web",
    "compose build --build-arg TOKEN={}",
    "service create --env SECRET={} nginx",
    "service update --env-add API_KEY={} web",
    "swarm join --token {} 10.0.0.1:2377",
    "docker -H tcp://me:{}@host:2376 ps",
    "context create far --docker host=tcp://me:{}@host:2376",
    "volume create -o o=username=me,password={} share",
    "plugin install vendor/plugin TOKEN={}",
    "DB_PASSWORD={} docker compose up",
    "export DB_PASSWORD={}",
    "git clone https://{}@github.com/me/x",
    "git clone https://me:{}@example.com/x",
    "exec db mysql -uroot -p{}",
    "exec db sh -c 'mysqldump -u root -p{} x'",
    "exec db redis-cli -a {}",
    "exec web curl -u me:{} http://x",
    'exec web curl -H "Authorization: Bearer {}" http://x',
    "exec web curl -H 'X-Api-Key: {}' http://x",
    "!docker login -p {}",
    "dshell -c 'login -p {}'",
    "config set alias.in 'login -p {}'",
    "fav add db 'run -e DB_PASSWORD={} alpine'",
    "explain run -e DB_PASSWORD={} alpine",
    "docker secret create s - <<< {}",
    "run -e GITHUB_PAT={} alpine",
    "run -e 'DB_PASSWORD=$tart{}' alpine",
    "run -e DB_PASSWORD=$'{}' alpine",
    "run -e DB_PASSWORD=${{X:-{}}} alpine",
    "run -e DOCKER_AUTH_CONFIG={} alpine",
    "DB_PASSWORD='$tart{}' docker compose up",
    '"DB_PASSWORD"={} docker compose up',
    "SESSION_COOKIE={} docker compose up",
    "again web -e SESSION_COOKIE={}",
    "!set -x DB_PASSWORD {}",
    "!echo {} > db_password.txt",
    "!printf %s '{}' > secrets/db",
    "!echo root:{} | chpasswd",
    "!echo {} | sudo -S ls",
    "cat <<< {} | docker login --password-stdin",
    "docker login --password-stdin < <(echo {})",
    "exec web curl -su me:{} http://x",
    "exec web curl --oauth2-bearer {} http://x",
    "exec web curl -b session={} http://x",
    'exec web curl -H "Cookie: session={}" http://x',
    """exec web curl -d '{{"apiToken": "{}"}}' http://x""",
    'exec db mysql "-p{}"',
    "exec db mongorestore -p {}",
    "exec db redis-cli --pass {}",
    "exec db redis-cli AUTH {}",
    "exec db redis-cli config set requirepass {}",
    "run redis redis-server --requirepass {}",
    "exec db sqlcmd -S localhost -U sa -P {}",
    "exec db cqlsh -u me -p {}",
    """exec db psql -c "ALTER USER me PASSWORD '{}'\"""",
    """exec db mysql -e "CREATE USER me IDENTIFIED BY '{}'\"""",
    """exec db mysql -e "SET PASSWORD = '{}'\"""",
    "exec ldap ldapsearch -x -w {}",
    "exec web unzip -P {} x",
    "exec web openssl enc -k {} -in x",
    "exec web openssl enc -pass pass:{} -in x",
    "exec web gpg --passphrase {} -d x",
    "run httpd htpasswd -Bbn me {}",
    "!sshpass -p{} ssh me@x",
    "!vault login {}",
    "!aws configure set aws_secret_access_key {}",
    "npm config set //registry.npmjs.org/:_authToken {}",
    "kubectl create secret generic x --from-literal=x={}",
    "exec web tool ghp_{}0123456789",
    "exec web tool dckr_pat_{}0123456789",
    "exec web tool eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{}",
]

KEPT = [
    "run -e DB_PASSWORD_FILE=/run/secrets/db alpine",
    "run -e SSH_KEY_PATH=/root/.ssh/id alpine",
    "run -l key=value -l org.monkey=1 alpine sh -c 'MY_KEYBOARD=fr tool --key x'",
    "run -e MYSQL_ALLOW_EMPTY_PASSWORD=yes mysql",
    "run -e POSTGRES_HOST_AUTH_METHOD=trust postgres",
    "run -d --name mysql -p 3306:3306 mysql",
    "run -d --name mysql -p3306:3306 mysql",
    "run -d --name mongo -p 27017:27017 mongo",
    "run -e PWD=/x -e OLDPWD=/y alpine",
    'run -e "DB_PASSWORD=$PW" alpine',
    "run -e AUTHOR=me alpine",
    "exec -it db mysql -uroot -p",
    "git clone https://github.com/me/x",
    "run -e URL=http://web:8080/x@y alpine",
    "build --secret id=npm,src=npmrc .",
    'run -e "DB_PASSWORD=${PW:?is not set}" -e DB_PASSWORD=${PW:-} alpine',
    "DB_PASSWORD='$PW' docker compose up",
    """run alpine sh -c "PASSWORD='$PW' tool\"""",
    "run -e PATTERN=x -e COMPAT=y alpine",
    "!echo done > compass.txt",
    "!echo $PW > db_password.txt",
    "!set -o pipefail",
    "exec web zip -r x.zip .",
    "exec web openssl x509 -in cert.pem",
    "exec db redis-cli get session",
    "exec db psql -c 'SELECT password FROM users'",
    "exec web curl -b jar.txt http://x",
    "run --name ghp_short alpine",
]


def read(text: str) -> Line:
    return parse(text, GRAMMAR)


@pytest.mark.parametrize("template", LINES)
def test_a_line_shows_no_secret_but_where_it_is_typed(template: str) -> None:
    text = template.format(CANARY)
    line, texts = read(text), load_texts("en")
    assert reveals(line)
    assert CANARY not in masked(line)
    assert "***" in masked(line)
    assert any(CANARY in secret for secret in secrets(line))
    told = [*explain(line, texts)]
    assert CANARY not in "".join(label(line, where) + said for where, said in told)
    reading = Reading(GRAMMAR)
    hints = {texts_of(hint_text(reading, text, cursor, texts)) for cursor in range(len(text) + 1)}
    assert CANARY not in "".join(hints)


@pytest.mark.parametrize("template", LINES)
def test_nor_is_it_told(template: str) -> None:
    """As words from elsewhere, and as a line to run."""
    text, scene = template.format(CANARY), Scene(load_texts("en"), width=400)
    for told in (scene.words(text), scene.say("diagnosis.told.line", line=text), *rows_of(scene, [(text, "x")])):
        assert CANARY not in told
        assert "***" in told


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_one_is_kept(text: str) -> None:
    assert not reveals(read(text))
    assert concealed(text) == text
