"""docs/deploy.md as it is printed, followed on this machine with other paths and ports: nginx before gunicorn."""

import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from socket import AF_UNIX, create_server, socket
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDE = (ROOT / "docs/deploy.md").read_text()
BIN = Path(sys.executable).parent
HOST = "vanguard.example"
PASSWORD = "sheltered orchard by the river 7"
PARTS = ("governance", "teams", "assessments", "templates", "static", "locale", "manage.py")


def blocks(language: str) -> list[str]:
    """The guide's blocks of code in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.M | re.S)


def needed(tool: str) -> str:
    """The path of a program; where it is missing the test is skipped, or fails where nothing may be missing."""
    found = shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        (pytest.fail if os.environ.get("REQUIRE_ALL") else pytest.skip)(f"{tool} is not on this machine")
    return found


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@dataclass
class Installation:
    """The program in a folder of its own, and how it is called."""

    home: Path
    plain: int
    secure: int

    @property
    def environment(self) -> dict[str, str]:
        """What `.env` would hold."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "SECRET_KEY": "a-key-for-this-installation-only-a-key-for-this-installation-only",
            "ALLOWED_HOSTS": HOST,
            "CSRF_TRUSTED_ORIGINS": f"https://{HOST}",
            "DATABASE_URL": f"sqlite:///{self.home}/vanguard.sqlite3",
            "MEDIA_ROOT": str(self.home / "media"),
            "BEHIND_PROXY": "on",
        }

    def here(self, text: str) -> str:
        """A configuration of the guide with this installation's paths and ports."""
        moved = {
            "/srv/vanguard/.venv/bin": str(BIN),
            "/srv/vanguard": str(self.home / "program"),
            "/run/vanguard/gunicorn.sock": str(self.home / "gunicorn.sock"),
            "/etc/ssl/private/vanguard.key": str(self.home / "key.pem"),
            "/etc/ssl/vanguard.crt": str(self.home / "certificate.pem"),
            "/var/log/nginx/vanguard.log": str(self.home / "access.log"),
            "listen 80 ": f"listen 127.0.0.1:{self.plain} ",
            "listen 443 ": f"listen 127.0.0.1:{self.secure} ",
        }
        for there, here in moved.items():
            text = text.replace(there, here)
        return text

    def manage(self, *arguments: str, told: str = "", **environment: str) -> subprocess.CompletedProcess:
        """`manage.py` with `told` on standard input."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.home / "program",
            env=self.environment | environment,
            input=told,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def get(self, path: str, form: str | None = None, *, host: str = HOST, **headers: str) -> HTTPResponse:
        """The proxy's answer over TLS; with a form, to its POST."""
        trust = ssl.create_default_context(cafile=str(self.home / "certificate.pem"))
        trust.check_hostname = False
        asked = HTTPSConnection("127.0.0.1", self.secure, context=trust, timeout=30)
        asked.request("GET" if form is None else "POST", path, form, {"Host": host, **headers})
        return asked.getresponse()


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Installation:
    """Installed as the guide says: migrated, with static files and an administrator."""
    home = tmp_path_factory.mktemp("deploy")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        (home / "program").mkdir(exist_ok=True)
        copy(ROOT / part, home / "program" / part)
    made = Installation(home, free_port(), free_port())
    for command in ("migrate", "collectstatic --noinput"):
        ran = made.manage(*command.split())
        assert ran.returncode == 0, ran.stderr
    ran = made.manage("create_administrator", "keeper", "管某某", told=f"{PASSWORD}\n")
    assert ran.returncode == 0, ran.stderr
    return made


@pytest.fixture(scope="module")
def served(installation) -> Iterator[Installation]:
    """Behind nginx, both started from the guide's blocks."""
    nginx, home = needed("nginx"), installation.home
    certificate = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=vanguard.example -keyout key.pem -out certificate.pem"
    )
    subprocess.run([needed("openssl"), *certificate.split()], cwd=home, check=True, capture_output=True)
    folders = "".join(
        f"{name}_temp_path {home}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (home / "nginx.conf").write_text(
        f"pid {home}/nginx.pid; error_log {home}/error.log; daemon off; {'user root;' if os.getuid() == 0 else ''}"
        f"events {{}} http {{ include /etc/nginx/mime.types; {folders} {installation.here(blocks('nginx')[0])} }}"
    )
    unit = installation.here(blocks("ini")[0]).replace("\\\n", " ")
    start = re.search(r"^ExecStart=(.*)$", unit, re.M)[1].replace("--workers 5", "--workers 1")
    servers = [
        subprocess.Popen(start.split(), cwd=home / "program", env=installation.environment, stderr=subprocess.DEVNULL),
        subprocess.Popen([nginx, "-c", str(home / "nginx.conf"), "-p", str(home)], stderr=subprocess.DEVNULL),
    ]
    try:
        wait_for(lambda: socket(AF_UNIX).connect(str(home / "gunicorn.sock")))
        wait_for(lambda: socket().connect(("127.0.0.1", installation.secure)))
        yield installation
    finally:
        for server in servers:
            server.terminate()
            server.wait(timeout=20)


def wait_for(connect, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            return connect()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_a_page_is_answered_through_the_proxy(served):
    answer = served.get("/sign-in/")
    assert (answer.status, "专班先锋" in answer.read().decode()) == (200, True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie


def test_pages_travel_compressed(served):
    assert served.get("/sign-in/", **{"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


def test_static_files_may_be_kept_for_good(served):
    page = served.get("/sign-in/").read().decode()
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    answer = served.get(sheet)
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_plain_http_leads_to_https(served):
    asked = HTTPConnection("127.0.0.1", served.plain, timeout=30)
    asked.request("GET", "/wall/", headers={"Host": HOST})
    answer = asked.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{HOST}/wall/")


def test_another_host_is_not_answered(served):
    with pytest.raises(OSError):
        served.get("/", host="elsewhere.example")


def test_the_health_check_answers_at_the_socket_under_any_name(served):
    with socket(AF_UNIX) as direct:
        direct.connect(str(served.home / "gunicorn.sock"))
        direct.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert b" 200 " in direct.recv(4096).splitlines()[0]


def test_a_claimed_address_and_a_screens_token_stay_out_of_the_log(served):
    served.get("/screen/a-token-of-a-screen/?on=2026-10-01", **{"X-Forwarded-For": "203.0.113.9"}).read()
    lines = (served.home / "access.log").read_text()
    assert "/screen/-/" in lines
    assert not re.search(r"a-token|on=2026|203\.0", lines)


def test_a_failed_sign_in_is_kept_under_the_address_that_the_proxy_saw(served):
    claimed = {"X-Forwarded-For": "203.0.113.9"}
    page = served.get("/sign-in/", **claimed)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
    cookies = "; ".join(cookie.partition(";")[0] for cookie in page.headers.get_all("Set-Cookie"))
    form = urlencode({"csrfmiddlewaretoken": token, "username": "keeper", "password": "wrong"})
    kind = "application/x-www-form-urlencoded"
    headers = {"Cookie": cookies, "Referer": f"https://{HOST}/sign-in/", "Content-Type": kind, **claimed}
    assert served.get("/sign-in/", form, **headers).status == 200
    show = "from axes.models import AccessAttempt as A; print(*A.objects.values_list('username', 'ip_address'))"
    assert served.manage("shell", "-v", "0", "-c", show).stdout.strip() == "('keeper', '127.0.0.1')"


@pytest.mark.parametrize("command", ["check --deploy --fail-level WARNING", "doctor", "verify_results", "remind"])
def test_the_commands_of_the_guide_are_well(installation, command):
    ran = installation.manage(*command.split())
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "change-me-to-fifty-random-characters"}, "the example's"),
        ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS"),
        ({"DEMO_TODAY": "2026-10-27"}, "DEMO_TODAY is for the demonstration"),
    ],
)
def test_an_unsafe_installation_does_not_start(installation, wrong, said):
    ran = installation.manage("check", **wrong)
    assert ran.returncode != 0
    assert said in ran.stderr


def test_the_demonstration_stays_out_of_an_installation(installation):
    ran = installation.manage("demo", "--if-empty")
    assert ran.returncode != 0
    assert "--into-production" in ran.stderr


def test_the_demonstration_takes_nothing_from_the_file_of_settings(installation, tmp_path):
    """`make run` names no file and sets DEBUG: whatever stands in `.env`, the database is the demonstration's."""
    (tmp_path / ".env").write_text(f"DATABASE_URL=sqlite:///{tmp_path}/production.sqlite3\nMEDIA_ROOT={tmp_path}\n")
    make = (ROOT / "Makefile").read_text()
    prefix = re.search(r"^DEMO := (.*)$", make, re.M)[1]
    show = "from django.conf import settings as s; print(s.DATABASES['default']['NAME'], s.MEDIA_ROOT, s.DEBUG)"
    shutil.copy(tmp_path / ".env", installation.home / "program/.env")
    try:
        ran = subprocess.run(
            [*prefix.split(), sys.executable, "manage.py", "shell", "-v", "0", "-c", show],
            cwd=installation.home / "program",
            env=installation.environment,
            capture_output=True,
            text=True,
        )
    finally:
        (installation.home / "program/.env").unlink()
    program = installation.home / "program"
    assert ran.stdout.split() == [f"{program}/demo.sqlite3", f"{program}/demo-media", "False"], ran.stderr


def test_the_units_are_well_formed(installation, tmp_path):
    names = re.findall(r"`/etc/systemd/system/([\w.-]+)`", GUIDE)
    units = dict(zip(names, blocks("ini"), strict=True))
    for name, text in units.items():
        (tmp_path / name).write_text(installation.here(text).replace("User=vanguard", "User=root"))
    ran = subprocess.run(
        [needed("systemd-analyze"), "verify", *(str(tmp_path / name) for name in units)], capture_output=True, text=True
    )
    complaints = [line for line in ran.stderr.splitlines() if str(tmp_path) in line or "vanguard" in line]
    assert complaints == []


@pytest.mark.parametrize("moment", re.findall(r"^OnCalendar=(.*)$", GUIDE, re.M))
def test_timers_name_a_moment_in_the_countys_time(moment):
    ran = subprocess.run([needed("systemd-analyze"), "calendar", moment], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert moment.endswith("Asia/Shanghai")


@pytest.mark.django_db
def test_a_backup_restores_on_postgresql(request, tmp_path):
    """The guide's commands in their order; accounts of the system and services, which are not here, left out."""
    if connection.vendor != "postgresql":
        pytest.skip("the guide's commands are PostgreSQL's; they run where the tests run on it")
    installation = request.getfixturevalue("installation")
    server = urlsplit(os.environ["DATABASE_URL"])
    own = f"guide_{os.getpid()}"
    environment = {"DATABASE_URL": server._replace(path=f"/{own}").geturl(), "MEDIA_ROOT": str(tmp_path / "media")}
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
    shell = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": server.hostname,
        "PGPORT": str(server.port),
        "PGUSER": server.username,
        **installation.environment,
        **environment,
    }

    def run(commands: str) -> str:
        commands = re.sub(r"^systemctl .*\n", "", commands, flags=re.M)
        commands = re.sub(r"runuser -u \w+ -- ", "", commands).replace("--owner vanguard", "")
        commands = commands.replace("/var/backups/vanguard/DAY", f"{tmp_path}/$(date +%F)")
        commands = commands.replace("/var/backups/vanguard", str(tmp_path)).replace("/var/lib/vanguard", str(tmp_path))
        commands = commands.replace(".venv/bin/python", sys.executable)
        commands = re.sub(r"((?:dropdb|createdb|pg_dump|--dbname)\b.*?) vanguard\b", rf"\1 {own}", commands)
        ran = subprocess.run(
            ["bash", "-e"],
            input=commands,
            env=shell,
            cwd=installation.home / "program",
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    section = GUIDE[GUIDE.index("## Back up and restore") :]
    back_up, restore = re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S)[:2]
    (tmp_path / "media").mkdir()
    (tmp_path / "media/paper.pdf").write_text("a file")
    run(f"createdb --encoding UTF8 {own}")
    try:
        assert installation.manage("migrate", **environment).returncode == 0
        made = installation.manage("create_administrator", "keeper", "管某某", told=f"{PASSWORD}\n", **environment)
        assert made.returncode == 0, made.stderr
        [head] = re.findall(r"\b[0-9a-f]{64}\b", run(back_up))
        (tmp_path / "media/paper.pdf").unlink()
        run(restore.replace("--head HEAD", f"--head {head}"))
        again = installation.manage("create_administrator", "second", "管某某", told=f"{PASSWORD}\n", **environment)
        assert "已有管理员" in again.stderr
        assert (tmp_path / "media/paper.pdf").read_text() == "a file"
    finally:
        run(f"dropdb --force {own}")
