"""Secrets that tell what they are by their shape, or by what stands beside them, where the grammar does not reach.

The person's own shell, a program inside a container, a newer docker, the daemon's words.
"""

from __future__ import annotations

import re

from dshell.pattern import pattern

# Each group is a secret. What stands between a program and its flag is of one command, and not far.
SECRET_TEXT = pattern(
    r"""
      --(?:[\w-]{1,40}-|require)?(?:pass(?:word|wd|phrase)?|token|bearer|(?:api|access|secret|private)-?key)[=\s]+
      ["']?(?P<flag>[^\s$"'-][^\s"']*)                                                  # --password x
    | (?:(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|COOKIE|BASICAUTH|AUTHORIZATION|AUTH_CONFIG
          |(?:(?:API|ACCESS|PRIVATE|SSH)_?|(?<=\w)_)KEYS?(?![a-z]))
        (?!\w{0,40}_(?:FILE|DIR|PATH)=)[\w.-]{0,40}
        | PASS(?:KEY)? | AUTH | _PAT | (?<![a-z])PW | (?<=\w)(?<!OLD)PWD)["']?=          # not =$X
      (?!["']?(?:yes|no|true|false|[01])["']?(?:\s|$))
      (?:"(?P<in_double>[^"$][^"]*)" | '(?!\$\{?(?-i:[A-Z_][A-Z\d_]*)\}?')(?P<in_single>[^']+)'
        | \$'(?P<in_ansi>[^']+)' | ["']?\$\{\w+:?[-+](?P<default>[^\s}"']+) | (?P<closed>\$\w*(?-i:[a-z])[^\s"']*)(?=')
        | (?P<bare>[^\s$"']\S*?)(?=["']?(?:\s|$)))
    | "[\w.-]{0,40}(?:auth|password|passwd|secret|token|(?:api|access|secret|private)_?key)"\s*:\s*
      "(?P<json>[^"]+)"                                                                # also of a config.json
    | (?:Authorization|X-Registry-(?:Auth|Config)|-(?:Token|Key))\s*:\s*(?:(?:Basic|Bearer|token)\s+)?
      (?P<header>[^\s$"'][^\s"']*)
    | Cookie\s*:\s*(?P<cookie>[^\s$"'][^"'\n]*)
    | ://[^/\s:@]{0,100}:(?P<in_url>[^/\s@$][^/\s@]*)@                                 # https://user:password@host
    | https?://(?P<alone_in_url>[^/\s:@$]{1,500})@                                     # https://token@host
    | (?:(?:\b(?:echo|printf)\s+(?:-\w+\s+)? | <<<\s*)(?P<piped>[^|]{0,200}?)\s*)?    # echo x | docker login
      \|\s*(?:(?:docker\s+)?(?:login|secret\s+create|config\s+create)\b
        | (?:sudo\s+)?chpasswd\b | sudo\s+-S\b | passwd\s+--stdin\b)
    | \b(?:login|secret\s+create|config\s+create)\b.{0,100}?<<<\s*(?P<here>.*)
    | \blogin\b[^|;&\n]{0,100}?<\s*<\(\s*\w+\s+(?P<from_process>[^)]+)
    | \b(?:echo|printf)\s+(?:-\w+\s+)?(?!["']?\$)(?P<written>[^|<>\n]{1,200}?)\s*>>?\s*["']?
      [^\s|;&"']{0,100}?(?:PASSW|SECRET|TOKEN|[_.]KEY)                                 # echo x > db_password.txt
    | \blogin\b[^|;&\n]{0,100}?\s-p[=\s]*["']?(?P<login>[^\s$"'-][^\s"']*)            # in quotes
    | \bvault\s+login\s+(?P<vault>[^\s$"'-][^\s"']*)
    | \bset\s+(?:-\w+\s+)*[^\s=]{0,80}(?:PASS|PASSWORD|SECRET|TOKEN|_KEY)\s+["']?(?P<set>[^\s=$"'][^\s"']*)
    | --from-literal[=\s]+["']?[^\s=]{1,100}=(?P<literal>[^\s$"'][^\s"']*)           # kubectl create secret
    | \b(?:IDENTIFIED\s+(?:WITH\s+\S+\s+)?BY | PASSWORD(?:\s|\s*=))\s*["'](?P<sql>[^\s$"'][^"']*)
    | \b(?:(?:mysql|mariadb)[^|;&\n]{0,100}?\s["']?-p | (?:mongo\w*|cqlsh)\b[^|;&\n]{0,100}?\s-p\s+
        | sshpass\b[^|;&\n]{0,100}?\s-p\s* | redis-cli\b[^|;&\n]{0,100}?\s(?:-a|AUTH)\s+
        | sqlcmd\b[^|;&\n]{0,100}?\s-P\s* | ldap[a-z]+\b[^|;&\n]{0,100}?\s-w\s+
        | (?:un)?zip\b[^|;&\n]{0,100}?\s(?-i:-P)\s* | openssl\b[^|;&\n]{0,100}?\s(?:-k\s+|pass:)
        | htpasswd\s+-\w*b\w*\s+(?:\S+\s+){1,2}(?=\S+\s*(?:$|["'|;&>])))
      (?![\d.:]+(?:/\w+)?(?:\s|$))["']?(?P<program>[^\s$"'][^\s"']*)                  # -p 3306:3306 is a port
    | \bcurl\b[^|;&\n]{0,100}?\s(?:-\w{0,10}u|--user)[=\s]*["']?[^\s:"'$]{1,100}:(?P<curl>[^\s$"'][^\s"']*)
    | \bcurl\b[^|;&\n]{0,100}?\s(?:-b|--cookie)[=\s]*["']?[^\s="'$]{1,100}=(?P<jar>[^\s$"'][^\s"']*)
    | \b(?P<token>(?:gh[opsu]_|github_pat_|glpat-|dckr_(?:pat|oat)_|npm_|xox[abprs]-|hvs\.|sk-ant-|SWMTKN-1-
        |eyJ[\w-]+\.eyJ)[\w.-]{10,})                                                   # made to be found
    """,
    re.IGNORECASE | re.VERBOSE,
)

HINTS = (  # without one of them ``SECRET_TEXT`` finds nothing
    *("pass", "pw", "_pat", "secret", "token", "key", "auth", "credential", "cookie", "bearer", "identified", "://"),
    *("login", "config", "literal", "mysql", "mariadb", "mongo", "cqlsh", "redis", "sqlcmd", "ldap", "zip", "openssl"),
    *("curl", "sudo", "gho_", "ghp_", "ghs_", "ghu_", "glpat-", "_oat_", "npm_", "xox", "hvs.", "sk-ant-", "swmtkn"),
    "eyj",
)
LONGEST = 10_000  # letters that it looks through: it may take 20 µs for one
