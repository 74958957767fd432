"""What every storage must do: a folder, and a real S3 server."""

import asyncio
import os
from hashlib import sha256
from pathlib import Path

import pytest
from obstore.store import LocalStore, ObjectStore, S3Store

from config.settings import Settings, SettingsError
from services.storage import Damaged, Keys, Storage, StorageDeniedError, StorageError, open_storage
from tests.buckets import new_bucket, run_s3

KEYS: Keys = ("reader", "not-a-real-key")
NOBODY = "http://127.0.0.1:1"


@pytest.fixture(params=["folder", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return f"file://{tmp_path}/files"
    return new_bucket(request.getfixturevalue("s3_server"))


@pytest.fixture
def storage(url: str) -> Storage:
    return open_storage(url, KEYS)


async def test_what_was_put_is_got(storage: Storage) -> None:
    body = "水龙头".encode()
    digest = await storage.put(body)
    assert digest == sha256(body).hexdigest()
    assert await storage.get(digest) == body


async def test_another_process_gets_it_too(storage: Storage, url: str) -> None:
    digest = await storage.put(b"for all")
    assert await open_storage(url, KEYS).get(digest) == b"for all"


async def test_the_same_bytes_by_many_at_once_are_there_once(storage: Storage) -> None:
    body = os.urandom(200_000)
    digests = await asyncio.gather(*(storage.put(body) for _ in range(8)))
    assert len(set(digests)) == 1
    assert await storage.get(digests[0]) == body


async def test_a_file_of_the_largest_size(storage: Storage) -> None:
    body = os.urandom(20 * 1024 * 1024)
    assert await storage.get(await storage.put(body)) == body


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 63 + "/"])
async def test_what_is_not_there_is_not_found(storage: Storage, digest: str) -> None:
    with pytest.raises(FileNotFoundError):
        await storage.get(digest)


async def test_it_says_that_it_works(storage: Storage) -> None:
    await storage.check()


async def spoil(url: str, path: str) -> None:
    """Let a disk or a store lose a bit."""
    base, _, query = url.partition("?endpoint=")
    await _store(base, query.partition("&")[0]).put_async(path, b"as it wax")


def _store(base: str, endpoint: str) -> ObjectStore:
    if not endpoint:
        return LocalStore(base.removeprefix("file://"))
    bucket, _, prefix = base.removeprefix("s3://").partition("/")
    return S3Store(
        bucket,
        prefix=prefix,
        endpoint=endpoint,
        access_key_id=KEYS[0],
        secret_access_key=KEYS[1],
        client_options={"allow_http": True},
    )


async def test_other_bytes_under_a_hash_are_damaged(storage: Storage, url: str) -> None:
    digest = await storage.put(b"as it was")
    await spoil(url, f"{digest[:2]}/{digest}")
    with pytest.raises(Damaged):
        await storage.get(digest)


async def test_a_folder_that_cannot_be_written_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    storage = open_storage(f"file://{tmp_path}/files")
    with pytest.raises(StorageError):
        await storage.put(b"x")
    with pytest.raises(StorageError):
        await storage.check()


@pytest.mark.parametrize("work", ["put", "get", "check"])
async def test_a_server_that_is_away_is_trouble_that_passes(work: str) -> None:
    storage = open_storage(f"s3://school/files?endpoint={NOBODY}", KEYS)
    works = {"put": lambda: storage.put(b"x"), "get": lambda: storage.get("0" * 64), "check": storage.check}
    with pytest.raises(StorageError, match="no answer") as trouble:
        await works[work]()
    assert not isinstance(trouble.value, StorageDeniedError)
    assert not isinstance(trouble.value, FileNotFoundError)


async def test_a_bucket_that_is_none_is_named(s3_server: str) -> None:
    storage = open_storage(f"s3://nobodys/files?endpoint={s3_server}", KEYS)
    with pytest.raises(StorageDeniedError, match=r"s3://nobodys/files: NoSuchBucket"):
        await storage.check()
    with pytest.raises(StorageDeniedError, match="NoSuchBucket"):
        await storage.get("0" * 64)


async def test_wrong_keys_are_named_and_not_shown() -> None:
    with run_s3(open_calls=1) as base:
        storage = open_storage(new_bucket(base), KEYS)
        with pytest.raises(StorageDeniedError, match="InvalidAccessKeyId") as denied:
            await storage.check()
    assert KEYS[1] not in str(denied.value)


def test_an_s3_storage_needs_its_keys() -> None:
    environ = {"HOUQIN_SECRET_KEY": "only for the tests of it", "HOUQIN_STORAGE_URL": "s3://school/files"}
    with pytest.raises(SettingsError) as error:
        Settings.read(environ)
    assert "HOUQIN_S3_ACCESS_KEY" in str(error.value)
    settings = Settings.read({**environ, "HOUQIN_S3_ACCESS_KEY": "reader", "HOUQIN_S3_SECRET_KEY": KEYS[1]})
    assert settings.storage_keys == KEYS
    assert KEYS[1] not in repr(settings)
