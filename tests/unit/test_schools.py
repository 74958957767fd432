"""A folder of schools: what each takes over from the process, what it may not, and what no two may share."""

from pathlib import Path

import pytest

from config.schools import clashes, host_of, place_of, read_schools
from config.settings import Settings, SettingsError

OWN = "HOUQIN_SECRET_KEY=a key of its own ${HOME}\nHOUQIN_PUBLIC_URL=https://donghu.example.edu\n"


def settings(**given: str) -> Settings:
    """A school's settings."""
    known = {"SECRET_KEY": "a key of its own", "DATABASE_URL": "sqlite://one.db", **given}
    return Settings.read({f"HOUQIN_{key}": value for key, value in known.items()})


def test_a_school_takes_over_what_is_harmless_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "donghu.env").write_text(OWN, encoding="utf-8")
    process = {
        "HOUQIN_REDIS_URL": "redis://here",
        "HOUQIN_SECRET_KEY": "the process has a key, too",
        "HOUQIN_DATABASE_URL": "sqlite://other.db",
        "HOUQIN_WECOM_SECRET": "somebody's",
        "HOUQIN_DATA_DIR": "/srv/data",
        "HOUQIN_PORT": "80",
        "HOME": "/root",
    }
    assert read_schools(tmp_path, process) == {
        "donghu": {
            "HOUQIN_REDIS_URL": "redis://here",
            "HOUQIN_SECRET_KEY": "a key of its own ${HOME}",
            "HOUQIN_PUBLIC_URL": "https://donghu.example.edu",
            "HOUQIN_DATA_DIR": "/srv/data/donghu",
            "HOUQIN_DATABASE_URL": "sqlite:///srv/data/donghu/houqin.db",
        }
    }


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(SettingsError, match="HOUQIN_SCHOOLS"):
            read_schools(folder, {})


def test_every_misplaced_setting_and_every_bad_name_is_said(tmp_path: Path) -> None:
    (tmp_path / "donghu.env").write_text(f"{OWN}HOUQIN_PORT=1\nHOUQIN_SPREAD=on\n", encoding="utf-8")
    (tmp_path / "East Lake.env").write_text(OWN, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        read_schools(tmp_path, {})
    assert [problem.split(": ")[:2] for problem in error.value.problems[1:]] == [
        ["donghu", "HOUQIN_PORT"],
        ["donghu", "HOUQIN_SPREAD"],
    ]
    assert error.value.problems[0].startswith("East Lake: ")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://donghu.example.edu", "donghu.example.edu"),
        ("https://donghu.example.edu:443", "donghu.example.edu"),
        ("http://Donghu.example.edu:80", "donghu.example.edu"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
    ],
)
def test_a_port_is_named_where_it_is_not_the_usual_one(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("PUBLIC_URL", "https://one.example.edu:443"),
        ("DATABASE_URL", "sqlite://same.db"),
        ("SECRET_KEY", "the same key for both"),
        ("STORAGE_URL", "file:///same"),
    ],
)
def test_no_two_schools_may_share_what_opens_doors(key: str, value: str) -> None:
    first = {"PUBLIC_URL": "https://one.example.edu", "DATA_DIR": "one", key: value}
    second = {
        "PUBLIC_URL": "https://two.example.edu", "DATA_DIR": "two", "DATABASE_URL": "sqlite://two.db",
        "SECRET_KEY": "a key of the second", key: value,
    }  # fmt: skip
    found = clashes({"one": settings(**first), "two": settings(**second)})
    assert [problem.split(": ")[:2] for problem in found] == [["one, two", f"HOUQIN_{key}"]]
    assert value not in "".join(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sqlite://data/one.db", "sqlite://./data/../data/one.db?synchronous=FULL"),
        ("asyncpg://lake:secret@db/school", "asyncpg://hill:other@DB:5432/school?minsize=2"),
        ("file://data/files", "file://data/files/"),
        ("s3://bucket/lake", "s3://bucket/lake/?region=cn-north-1"),
    ],
)
def test_a_place_is_the_same_however_it_is_spelled(one: str, other: str) -> None:
    assert place_of(one) == place_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sqlite://data/one.db", "sqlite:///data/one.db"),
        ("asyncpg://db/lake", "asyncpg://db/hill"),
        ("asyncpg://db/lake", "asyncpg://db:5433/lake"),
        ("s3://bucket/lake", "s3://bucket/hill"),
        ("s3://bucket/lake", "s3://bucket/lake?endpoint=https://minio.example.edu"),
    ],
)
def test_two_places_are_two(one: str, other: str) -> None:
    assert place_of(one) != place_of(other)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://host:port"),
        ("PUBLIC_URL", "https://host:99999"),
        ("PUBLIC_URL", "https://name:secret-word@host"),
        ("PUBLIC_URL", "https://host/houqin"),
        ("PUBLIC_URL", "https://*.example.edu"),
        ("STORAGE_URL", "s3://key:secret-word@bucket/files"),
    ],
)
def test_an_address_that_cannot_be_used_is_said_without_its_secrets(key: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"HOUQIN_{key}") as error:
        settings(S3_ACCESS_KEY="x", S3_SECRET_KEY="y", **{key: value})
    assert "secret-word" not in str(error.value)


def test_two_kinds_of_database_do_not_live_in_one_process() -> None:
    lake = settings(PUBLIC_URL="https://one.example.edu", DATA_DIR="one")
    hill = settings(
        PUBLIC_URL="https://two.example.edu",
        DATA_DIR="two",
        DATABASE_URL="asyncpg://db/hill",
        SECRET_KEY="a second one too",
    )
    assert len(clashes({"lake": lake, "hill": hill})) == 1


@pytest.mark.parametrize("url", ["http://[::1]:8080", "https://dong_hu.example.edu", "https://-a.example.edu"])
def test_an_address_by_which_nobody_could_be_told_apart_is_said(url: str) -> None:
    schools = {"donghu": settings(PUBLIC_URL=url)}
    assert [problem.split(": ")[:2] for problem in clashes(schools)] == [["donghu", "HOUQIN_PUBLIC_URL"]]
    assert clashes({"donghu": settings(PUBLIC_URL="http://127.0.0.1:8080")}) == []
