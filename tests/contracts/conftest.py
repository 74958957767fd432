"""What the contract suites share beside the school."""

from collections.abc import AsyncIterator

import pytest

from config.data import load_catalog, load_roles
from models import Place
from models.schema import open_database
from services.loading import Loading
from services.places import Places
from tests.databases import MakeDatabase
from tests.visiting import browser

__all__ = ["browser"]


@pytest.fixture
async def loading(fresh_database_url: MakeDatabase) -> AsyncIterator[Loading]:
    """Loading into a fresh database with one place in it."""
    context = await open_database(await fresh_database_url())
    await Place.create(code="J3-302", name="高一3班")
    yield Loading(Places(), load_roles(), [category.key for category in load_catalog().categories])
    await context.close_connections()
