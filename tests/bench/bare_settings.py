"""The same program stripped to the least: no middleware, no context, templates of its own."""

from houqin.settings import *  # noqa: F403 - the same database, language and time zone
from houqin.settings import BASE_DIR

ROOT_URLCONF = "tests.bench.bare"
WSGI_APPLICATION = "tests.bench.bare.application"
MIDDLEWARE: list[str] = []
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "tests/bench/templates"],
    }
]
