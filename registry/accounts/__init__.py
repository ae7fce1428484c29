"""Accounts and appointments: who may sign in, and what each is appointed to be, where and for how long.

    models        the tables `account` and `appointment`
    people        add, change, disable and erase accounts; find one by what a person types
    appointments  appoint, end an appointment, who holds a role at a place on a day

Rights come from appointments only; nothing here says what a right allows.
"""

from registry.accounts.appointments import (
    Appointed,
    Holder,
    appoint,
    appointments_of,
    end_appointment,
    holders,
)
from registry.accounts.models import Account, Appointment
from registry.accounts.people import (
    AccountRead,
    add_account,
    change_account,
    disable_account,
    enable_account,
    erase_account,
    find_account,
    get_account,
)

__all__ = [
    "Account",
    "AccountRead",
    "Appointed",
    "Appointment",
    "Holder",
    "add_account",
    "appoint",
    "appointments_of",
    "change_account",
    "disable_account",
    "enable_account",
    "end_appointment",
    "erase_account",
    "find_account",
    "get_account",
    "holders",
]
