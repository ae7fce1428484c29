"""What the law leaves open: settings of a province or a council, with allowed values and defaults.

One table; nothing here is law, and no value of the law may stand here.
Source: `domain/cases/vocabulary.yaml`, settings; `process.md` §10 and §11.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from regulations.errors import RegulationError
from regulations.vocabulary import Level

SettingValue = bool | int | str
BY_LEVEL = "by_level"
"""Value of `on_floor_miss` that takes the default of the level: cap at the province, fail at the centre."""


@dataclass(frozen=True, slots=True)
class SettingDef:
    """One setting: its name, the values it may take, its default, and where name and default come from."""

    name: str
    values: tuple[SettingValue, ...]
    default: SettingValue
    source: str


DEFINITIONS: tuple[SettingDef, ...] = (
    SettingDef("forward_on_points", (False, True), False, "process.md 11.6"),
    SettingDef("conflicted_in_quorum_base", (True, False), True, "process.md 11.16"),
    SettingDef("floors", ("recorded", "mean"), "recorded", "process.md 3.6"),
    SettingDef("before_date", ("exclusive", "inclusive"), "exclusive", "process.md 10 #4"),
    SettingDef("fixed_date_roll", ("none", "next_working_day"), "none", "process.md 11.5"),
    SettingDef(
        "period_roll",
        ("next_working_day", "none"),
        "next_working_day",
        "BLDS 2015 Điều 148.5; process.md 11.5",
    ),
    SettingDef("day_closes", ("24:00", "17:00"), "24:00", "BLDS 2015 Điều 148.6; process.md 11.4"),
    SettingDef(
        "last_valid_day",
        ("anniversary", "anniversary_minus_1"),
        "anniversary",
        "BLDS 2015 Điều 148.3; process.md 11.3",
    ),
    SettingDef("commune_clock_stops", (True, False), True, "process.md 10 #1"),
    SettingDef("on_floor_miss", (BY_LEVEL, "cap", "fail"), BY_LEVEL, "process.md 10 #5"),
    SettingDef("late_renewal", ("flag", "refuse"), "flag", "process.md 10 #6"),
    SettingDef("grace", ("window_already_closed", "all", "off"), "window_already_closed", "process.md 11.11"),
    SettingDef("runoff_missed", ("refile", "allow"), "refile", "process.md 1.3"),
    SettingDef("new_filings_2026", ("qd26-2026", "qd1489-2025"), "qd26-2026", "process.md 10 #12"),
    SettingDef("quorum", ("2/3", "3/4", "5/7"), "2/3", "process.md 10 #3; share of all seats"),
    SettingDef("quorum_needs_head", (True, False), True, "process.md 10 #3"),
    SettingDef("spread_limit", ("10",), "10", "process.md 10 #3; points, more than this needs re-scoring"),
    SettingDef("proxy", (False, True), False, "process.md 10 #3"),
    SettingDef(
        "conflicts", ("exclude_per_product", "declare_only"), "exclude_per_product", "process.md 10 #3"
    ),
    SettingDef("idea_supplement_days", (15, 14), 15, "process.md 2.8; days"),
    SettingDef("plan_supplement_days", (7,), 7, "process.md 2.8; days"),
    SettingDef("resubmit_max", (3,), 3, "process.md 2.5; times"),
    SettingDef("reapply_from", ("next_batch", "next_cycle"), "next_batch", "process.md 10 #9"),
    SettingDef("open_dossiers_per_product", (1,), 1, "process.md 10 #11"),
    SettingDef("upgrade_resets_term", (True, False), True, "process.md 10 #11"),
)
BY_NAME: Mapping[str, SettingDef] = MappingProxyType({each.name: each for each in DEFINITIONS})
_FLOOR_MISS_BY_LEVEL = {Level.CENTRAL: "fail"}


def definition(name: str) -> SettingDef:
    """Return the definition of one setting.

    Raises:
        RegulationError: `setting_unknown`.
    """
    if name not in BY_NAME:
        known = ", ".join(sorted(BY_NAME))
        raise RegulationError(
            "setting_unknown", f"there is no setting {name!r}", place=name, mend=f"use one of {known}"
        )
    return BY_NAME[name]


def checked(name: str, value: object) -> SettingValue:
    """Return the value if this setting may take it; `1` does not pass for `True`.

    Raises:
        RegulationError: `setting_unknown` or `setting_value`.
    """
    for allowed in definition(name).values:
        if type(allowed) is type(value) and allowed == value:
            return allowed
    values = ", ".join(repr(each) for each in definition(name).values)
    raise RegulationError(
        "setting_value", f"{name} cannot be {value!r}", place=name, mend=f"use one of {values}"
    )


@dataclass(frozen=True, slots=True)
class Settings(Mapping[str, SettingValue]):
    """All settings with their values in force; a name not set stands at its default."""

    chosen: Mapping[str, SettingValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse unknown names and values, and keep our own read-only copy."""
        values = {name: checked(name, value) for name, value in self.chosen.items()}
        object.__setattr__(self, "chosen", MappingProxyType(values))

    @classmethod
    def defaults(cls) -> "Settings":
        """Return every setting at its default."""
        return DEFAULTS

    def with_(self, **overrides: SettingValue) -> "Settings":
        """Return a copy with these values changed.

        Raises:
            RegulationError: `setting_unknown` or `setting_value`.
        """
        return Settings({**self.chosen, **overrides})

    def __getitem__(self, name: str) -> SettingValue:
        """Return the value in force, the default where none was chosen."""
        return self.chosen[name] if name in self.chosen else definition(name).default

    def __iter__(self) -> Iterator[str]:
        """Go through the names in the order of the table."""
        return iter(BY_NAME)

    def __len__(self) -> int:
        """Return how many settings there are."""
        return len(BY_NAME)

    def __contains__(self, name: object) -> bool:
        """Say whether there is such a setting; unlike the mix-in this never raises."""
        return name in BY_NAME

    def __hash__(self) -> int:
        """Hash by the values in force."""
        return hash(tuple(self.items()))

    def text(self, name: str) -> str:
        """Return a setting that is a word."""
        return str(self[name])

    def number(self, name: str) -> int:
        """Return a setting that is a whole number (days, times)."""
        return int(self[name])

    def on_floor_miss(self, level: Level) -> str:
        """Return `cap` or `fail` for this level.

        Source: process.md 10 #5 (default: cap at the province, fail at the centre).
        """
        value = self.text("on_floor_miss")
        return _FLOOR_MISS_BY_LEVEL.get(level, "cap") if value == BY_LEVEL else value


DEFAULTS = Settings()
