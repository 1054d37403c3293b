"""The only reader of the environment. What can be set, its name, its default and what a wrong
value means.

Nothing here connects anywhere: settings load with every database stopped.
"""

import datetime as dt
import json
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder: relative paths in the settings start here, not where a command was
typed.
"""


class SettingsWrong(ValueError):
    """A setting cannot be used. The message names the variable and the remedy, never its value."""


class Settings(BaseSettings):
    """Everything a clinic may set, from the environment or a `.env` file in the project's
    folder.
    """

    model_config = SettingsConfigDict(
        env_prefix="CLINIC_", env_file=ROOT / ".env", extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = Field(
        None, validation_alias=AliasChoices("CLINIC_DATABASE_URL", "DATABASE_URL")
    )
    """Postgres of the warehouse; without it an embedded server runs under `home`."""
    home: Path = Path(".clinic")
    """State: embedded Postgres, Dagster's files, models."""
    data: Path = Path("data")
    """Files in and out."""
    outbox: Path | None = Field(
        None, validation_alias=AliasChoices("CLINIC_OUTBOX", "EMAIL_OUTBOX_DIR")
    )
    """Where reminders are put; `outbox` under `data` if not set."""

    id: str = "clinic"
    """Short name of the clinic: the first column of every shared table."""
    timezone: str = "Europe/Berlin"
    """IANA zone; recorded at the first migration, after that a change is refused."""
    currency: str = "EUR"
    """ISO 4217."""
    notice_hours: float = Field(24, ge=0)
    """A cancellation later than this before the start is a late one."""
    first_day: dt.date = dt.date(2023, 1, 1)
    """The oldest daily partition; of a demonstration, where it is not set, the simulated first."""

    practice_files: Annotated[dict[str, Path], NoDecode] = {"practice_files": Path()}
    """Instances of the source: name=folder under `data`, several separated by commas."""
    stock_logs: Annotated[dict[str, Path], NoDecode] = {"stock_logs": Path()}
    """Instances of the source, as above."""
    opendental_url: SecretStr | None = None
    """mysql://user:password@host:port/database of a dental practice; several: name=mysql://...,
    separated by spaces. Everything odd in the password is written as %xx.
    """
    opendental_read_url: SecretStr | None = None
    """A read replica to copy from instead, spelled the same."""
    opendental_missed_codes: Annotated[tuple[str, ...], NoDecode] = ("D9986",)
    """Procedure codes that say of a broken appointment: the patient did not come."""
    opendental_cancelled_codes: Annotated[tuple[str, ...], NoDecode] = ("D9987",)
    """Procedure codes that say of a broken appointment: the patient cancelled."""
    opendental_broken_means: Literal["no_show", "cancelled_patient", "unresolved"] = "unresolved"
    """What a broken appointment without such a code was."""
    opendental_clinics: Annotated[dict[int, str], NoDecode] = {}
    """ClinicNum=clinic, several separated by commas; every other number is CLINIC_ID."""

    review_days: float = Field(7, gt=0)
    """Days between two looks at the stock (R)."""
    service_z: float = Field(1.645, ge=0)
    """Standard normal quantile of the wanted service level (1.645 = 95 %)."""
    pack_size: float = Field(1, gt=0)
    """Orders are rounded up to whole packs."""

    calls_a_day: int = Field(10, ge=0)
    """How many patients the reception has time to call; so long is tomorrow's call list."""
    crowded_cost: float = Field(1.5, gt=0)
    """What a patient too many costs a session, an empty slot being 1."""
    overbooking_cap: int = Field(3, ge=0)
    """How many more at most a session may book, never more than a fifth of its visits; 0: none."""

    smtp_url: SecretStr | None = None
    """smtp://user:password@host:port for alerts; none are mailed without it."""
    alert_to: str = ""
    """Address that hears of failed runs."""
    alert_from: str = "clinic@localhost"
    """Sender of alerts."""

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except Exception:
            raise ValueError("not an IANA time zone, for example Europe/Berlin") from None
        return name

    @field_validator("currency")
    @classmethod
    def _is_code(cls, name: str) -> str:
        if not re.fullmatch("[A-Z]{3}", name):
            raise ValueError("not the three capital letters of ISO 4217, for example EUR")
        return name

    @field_validator("database_url", mode="before")
    @classmethod
    def _none_if_empty(cls, url: object) -> object:
        return url or None

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("postgresql", "postgres:")):
            raise ValueError("must be a postgresql:// address; leave it out for the embedded one")
        return url

    @field_validator("home", "data", "outbox")
    @classmethod
    def _from_root(cls, path: Path | None) -> Path | None:
        return path if path is None else (ROOT / path.expanduser()).resolve()

    @field_validator("practice_files", "stock_logs", mode="before")
    @classmethod
    def _instances(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        return {name.strip(): Path(folder.strip()) for name, _, folder in pairs}

    @field_validator("opendental_url", "opendental_read_url")
    @classmethod
    def _is_mysql(cls, url: SecretStr | None) -> SecretStr | None:
        for each in (url.get_secret_value() if url else "").split():
            if not re.match(r"([a-z][a-z0-9_]*=)?(mysql|mariadb)://[^@\s]+@[^/\s]+/[^/\s]+$", each):
                raise ValueError(
                    "must be mysql://user:password@host:port/database, or name=mysql://..."
                    " with a name of small letters, digits and _"
                )
        return url

    @field_validator("opendental_missed_codes", "opendental_cancelled_codes", mode="before")
    @classmethod
    def _codes(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("opendental_clinics", mode="before")
    @classmethod
    def _clinics(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        return {number.strip(): name.strip() for number, _, name in pairs}

    def opendentals(self) -> dict[str, SecretStr]:
        """Instance name, also the copy's schema, to the address that is copied from."""
        return _by_instance(self.opendental_url) | _by_instance(self.opendental_read_url)

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def outbox_folder(self) -> Path:
        """Where reminder mails are put."""
        return self.outbox or self.data / "outbox"

    @property
    def dagster_home(self) -> Path:
        """DAGSTER_HOME: Dagster's own files, beside the embedded Postgres."""
        return self.home / "dagster"

    @property
    def simulation_note(self) -> Path:
        """There when `clinic demo` made the files: says their first day."""
        return self.home / "simulated.json"

    @model_validator(mode="after")
    def _first_simulated_day(self) -> Self:
        if "first_day" not in self.model_fields_set and self.simulation_note.exists():
            told = json.loads(self.simulation_note.read_text())
            self.first_day = dt.date.fromisoformat(told["first_day"])
        return self

    def inboxes(self, source: str) -> dict[str, Path]:
        """Instance name to its folder, which holds `raw/` and `daily/`."""
        return {name: self.data / folder for name, folder in getattr(self, source).items()}


def _by_instance(url: SecretStr | None) -> dict[str, SecretStr]:
    found = {}
    for each in (url.get_secret_value() if url else "").split():
        name, is_named, address = each.partition("=")
        is_named = is_named if "://" not in name else ""
        found[name if is_named else "opendental"] = SecretStr(address if is_named else each)
    return found


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. Raises SettingsWrong naming the variable to mend."""
    try:
        return Settings()  # type: ignore[call-arg, unused-ignore]
    except ValidationError as error:
        wrong = "; ".join(
            f"{_variable(e['loc'])}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        )
        raise SettingsWrong(f"{wrong}. Mend it in the environment or in .env.") from None


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]).upper() if location else "settings"
    return name if name.startswith(("CLINIC_", "DATABASE_", "EMAIL_")) else f"CLINIC_{name}"


def export(values: Mapping[str, str]) -> None:
    """Set variables for this process and those it starts: what Dagster reads by itself."""
    os.environ.update(values)


def inherited() -> dict[str, str]:
    """The whole environment, to hand to another program."""
    return dict(os.environ)
