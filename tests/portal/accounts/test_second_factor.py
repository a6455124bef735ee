"""One-time codes: right once, never twice, not to be guessed, not to be read from the database."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import Conflict, NotPermitted, Refused, TooFast
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import scope_of
from geodata.stewards.services import ensure_account
from portal.accounts import codes, sealing, selectors, services
from portal.accounts.models import FactorReset, RecoveryCode, SecondFactor
from tests.conftest import PASSWORD

NOW = datetime(2026, 3, 30, 1, 0, tzinfo=UTC)
STEP = timedelta(seconds=codes.STEP_SECONDS)
pytestmark = pytest.mark.django_db


def phone(user: User, now: datetime) -> str:
    """What the person's phone shows."""
    clock = TOTP(sealing.unseal(user_factor(user).secret_sealed, user_id=user.pk))
    clock.time = now.timestamp()
    return f"{clock.token():06d}"


def user_factor(user: User) -> SecondFactor:
    return SecondFactor.objects.get(user=user)


def enrol(user: User, now: datetime = NOW) -> list[str]:
    services.begin_enrolment(user=user)
    return services.confirm_enrolment(user=user, code=phone(user, now), now=now)


def wrong(user: User, now: datetime) -> str:
    """Six digits that no step nearby has."""
    near = {phone(user, now + STEP * n) for n in range(-2, 3)}
    return next(f"{n:06d}" for n in range(10) if f"{n:06d}" not in near)


def test_a_code_opens_once_and_never_again(hq_admin: User) -> None:
    enrol(hq_admin)
    later = NOW + 2 * STEP
    code = phone(hq_admin, later)
    services.pass_factor(user=hq_admin, code=code, now=later)
    for after in (later, later + timedelta(seconds=1), later + STEP):
        with pytest.raises(Refused, match="已经用过"):
            services.pass_factor(user=hq_admin, code=code, now=after)


def test_the_code_that_switched_codes_on_does_not_log_in(hq_admin: User) -> None:
    services.begin_enrolment(user=hq_admin)
    code = phone(hq_admin, NOW)
    services.confirm_enrolment(user=hq_admin, code=code, now=NOW)
    with pytest.raises(Refused, match="已经用过"):
        services.pass_factor(user=hq_admin, code=code, now=NOW)


def test_a_code_of_an_earlier_step_than_the_last_one_is_refused(hq_admin: User) -> None:
    enrol(hq_admin)
    now = NOW + 10 * STEP
    services.pass_factor(user=hq_admin, code=phone(hq_admin, now), now=now)
    with pytest.raises(Refused):
        services.pass_factor(user=hq_admin, code=phone(hq_admin, now - STEP), now=now)
    services.pass_factor(user=hq_admin, code=phone(hq_admin, now + STEP), now=now)  # a phone that is a little fast


@given(offset=st.integers(-5, 5))
def test_only_the_step_and_its_two_neighbours_are_taken(offset: int) -> None:
    secret = b"12345678901234567890"
    clock = TOTP(secret)
    clock.time = NOW.timestamp() + offset * codes.STEP_SECONDS
    verdict = codes.judge(secret, f"{clock.token():06d}", now=NOW, last_step=-1)
    assert (verdict.step is not None) == (abs(offset) <= 1)


@pytest.mark.parametrize("typed", ["12 34 56", "123-456", "１２３４５６", " 123456\n"])
def test_codes_are_read_as_people_type_them(typed: str) -> None:
    assert codes.tidy(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３٤٥٦", "-12345", "1e5000"])
def test_what_is_no_code_is_wrong_and_no_error(hq_admin: User, typed: str) -> None:
    enrol(hq_admin)
    with pytest.raises(Refused):
        services.pass_factor(user=hq_admin, code=typed, now=NOW + STEP)


def test_five_wrong_codes_lock_even_the_right_one_for_a_quarter_of_an_hour(hq_admin: User) -> None:
    enrol(hq_admin)
    now = NOW + 2 * STEP
    for _ in range(5):
        with pytest.raises(Refused):
            services.pass_factor(user=hq_admin, code=wrong(hq_admin, now), now=now)
    with pytest.raises(TooFast) as locked:
        services.pass_factor(user=hq_admin, code=phone(hq_admin, now), now=now)
    assert 890 <= locked.value.retry_after <= 901
    after = now + timedelta(minutes=15, seconds=1)
    services.pass_factor(user=hq_admin, code=phone(hq_admin, after), now=after)
    assert user_factor(hq_admin).failures == 0


def test_a_guesser_gets_less_than_twenty_tries_in_the_first_day(hq_admin: User) -> None:
    """The lock doubles: 5 tries, 15 min, 5, 30 min, 5, 1 h, …; a success alone starts the count anew."""
    enrol(hq_admin)
    tried, now = 0, NOW + STEP
    while now < NOW + timedelta(days=1):
        try:
            services.pass_factor(user=hq_admin, code=wrong(hq_admin, now), now=now)
        except Refused:
            tried += 1
        except TooFast:
            pass
        now += timedelta(minutes=2)
    assert tried <= 40


def test_a_recovery_code_opens_once(hq_admin: User) -> None:
    made = enrol(hq_admin)
    assert len(set(made)) == 10
    assert services.pass_factor(user=hq_admin, code=made[3].lower(), now=NOW) == 9
    with pytest.raises(Refused):
        services.pass_factor(user=hq_admin, code=made[3], now=NOW)
    renewed_at = NOW + 5 * STEP
    services.renew_recovery_codes(user=hq_admin, code=phone(hq_admin, renewed_at), now=renewed_at)
    with pytest.raises(Refused):
        services.pass_factor(user=hq_admin, code=made[4], now=renewed_at)


def test_the_recovery_codes_of_another_person_are_worth_nothing(hq_admin: User, leader: User) -> None:
    enrol(hq_admin)
    others = enrol(leader)
    with pytest.raises(Refused):
        services.pass_factor(user=hq_admin, code=others[0], now=NOW)


def test_the_database_holds_nothing_a_code_can_be_made_of(hq_admin: User) -> None:
    made = enrol(hq_admin)
    secret = sealing.unseal(user_factor(hq_admin).secret_sealed, user_id=hq_admin.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_name LIKE 'accounts%'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        dump = ""
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            dump += cursor.fetchone()[0]
    assert len(tables) >= 4
    for clear in (secret.hex(), codes.secret_text(secret).replace(" ", ""), *(c.replace("-", "") for c in made), *made):
        assert clear.lower() not in dump.lower()


def test_a_secret_moved_to_another_person_does_not_open(hq_admin: User, leader: User) -> None:
    enrol(hq_admin)
    with pytest.raises(Conflict, match="无法解开"):
        sealing.unseal(user_factor(hq_admin).secret_sealed, user_id=leader.pk)


def test_once_in_force_nobody_sees_the_secret_or_makes_another(hq_admin: User) -> None:
    enrol(hq_admin)
    with pytest.raises(Conflict):
        selectors.waiting_secret(hq_admin)
    with pytest.raises(Conflict, match="已启用"):
        services.begin_enrolment(user=hq_admin)


def test_a_reset_takes_two_administrators_and_neither_is_the_person(hq_admin: User, sysadmin: User) -> None:
    enrol(hq_admin)
    secadmin = ensure_account(username="secadmin", display_name="s", password=PASSWORD, role=Role.SECURITY_ADMIN)
    asking, deciding = (scope_of(person, today=NOW.date()) for person in (sysadmin, secadmin))
    with pytest.raises(Refused, match="理由"):
        services.request_reset(asking, user_id=hq_admin.pk, reason=" ", now=NOW)
    with pytest.raises(NotPermitted):
        services.request_reset(asking, user_id=sysadmin.pk, reason="自己", now=NOW)
    with pytest.raises(NotPermitted):
        services.request_reset(scope_of(hq_admin, today=NOW.date()), user_id=sysadmin.pk, reason="无权", now=NOW)
    reset = services.request_reset(asking, user_id=hq_admin.pk, reason="手机遗失", now=NOW)
    with pytest.raises(Conflict):
        services.request_reset(asking, user_id=hq_admin.pk, reason="手机遗失", now=NOW)
    with pytest.raises(NotPermitted) as same:
        services.decide_reset(asking, reset_id=reset.pk, agreed=True, now=NOW)
    assert same.value.code == "same-person"
    assert SecondFactor.objects.filter(user=hq_admin).exists()
    services.decide_reset(deciding, reset_id=reset.pk, agreed=True, now=NOW)
    assert not SecondFactor.objects.filter(user=hq_admin).exists()
    assert not RecoveryCode.objects.exists()
    with pytest.raises(Conflict):
        services.decide_reset(deciding, reset_id=reset.pk, agreed=True, now=NOW)
    assert FactorReset.objects.get().decided_by == secadmin


# --- pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept": "text/html"})


def log_in(browser: Client, username: str) -> str:
    response = browser.post("/accounts/login/", {"username": username, "password": PASSWORD, "next": "/projects/staff"})
    assert response.status_code == 302
    return response.headers["Location"]


def test_the_password_alone_no_longer_opens_a_page(browser: Client, hq_admin: User) -> None:
    enrol(hq_admin, timezone.now() - 4 * STEP)
    assert log_in(browser, "hq").startswith("/accounts/second-factor/?next=")
    for address in ("/map/", "/workbench/publication/", "/accounts/security/"):
        assert browser.get(address).headers["Location"].startswith("/accounts/second-factor/"), address
    refused = browser.get("/map/", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (403, "second-factor")
    before = browser.session.session_key
    wrong_answer = browser.post("/accounts/second-factor/", {"code": "x", "next": "/map/"})
    assert wrong_answer.status_code == 422
    answer = browser.post("/accounts/second-factor/", {"code": phone(hq_admin, timezone.now()), "next": "/map/"})
    assert answer.headers["Location"] == "/map/"
    assert browser.session.session_key != before
    assert browser.get("/map/").status_code == 200


def test_the_lock_is_answered_with_429(browser: Client, hq_admin: User) -> None:
    enrol(hq_admin, timezone.now() - 4 * STEP)
    log_in(browser, "hq")
    for _ in range(5):
        browser.post("/accounts/second-factor/", {"code": "x"})
    locked = browser.post("/accounts/second-factor/", {"code": phone(hq_admin, timezone.now())})
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 800


def test_the_wanted_address_is_ours_or_none(browser: Client, hq_admin: User) -> None:
    enrol(hq_admin, timezone.now() - 4 * STEP)
    log_in(browser, "hq")
    answer = browser.post(
        "/accounts/second-factor/", {"code": phone(hq_admin, timezone.now()), "next": "//evil.example/"}
    )
    assert answer.headers["Location"] in {"/map/", "/workbench/"}


def test_setting_up_by_the_page(browser: Client, hq_admin: User) -> None:
    assert log_in(browser, "hq") == "/projects/staff"
    address = "/accounts/security/"
    assert "尚未启用" in browser.get(address).content.decode()
    assert browser.post(address, {"action": "begin"}).status_code == 302
    page = browser.get(address).content.decode()
    assert "<svg" in page
    assert "style=" not in page
    assert codes.secret_text(selectors.waiting_secret(hq_admin)) in page
    assert browser.post(address, {"action": "confirm", "code": "000"}).status_code == 422
    done = browser.post(address, {"action": "confirm", "code": phone(hq_admin, timezone.now())}).content.decode()
    assert len(re.findall(r"<li><code>[A-Z2-7-]{19}</code></li>", done)) == 10
    after = browser.get(address).content.decode()
    assert "<code>" not in after
    assert '<svg class="qr"' not in after
    assert browser.get("/map/").status_code == 200  # the session has just proved itself


def test_a_role_that_needs_codes_is_led_to_set_them_up(browser: Client, hq_admin: User, settings) -> None:
    settings.SECOND_FACTOR = "required"
    log_in(browser, "hq")
    led = browser.get("/map/", follow=True)
    assert led.redirect_chain[-1][0] == "/accounts/security/"
    assert "必须启用二次验证" in led.content.decode()
    services.begin_enrolment(user=hq_admin)
    browser.post("/accounts/security/", {"action": "confirm", "code": phone(hq_admin, timezone.now())})
    assert browser.get("/map/").status_code == 200


def test_other_roles_and_other_settings_ask_nothing(browser: Client, steward: User, leader: User, settings) -> None:
    settings.SECOND_FACTOR = "required"
    log_in(browser, "steward")
    assert browser.get("/map/").status_code == 200
    settings.SECOND_FACTOR = "off"
    enrol(leader, timezone.now() - 4 * STEP)
    assert log_in(Client(headers={"accept": "text/html"}), "leader") == "/projects/staff"


def test_a_role_given_while_logged_in_needs_the_codes_at_once(browser: Client, steward: User, settings) -> None:
    settings.SECOND_FACTOR = "required"
    log_in(browser, "steward")
    assert browser.get("/map/").status_code == 200
    ensure_account(username="steward", display_name="", password="", role=Role.FINANCE)
    assert browser.get("/map/").status_code == 302


def test_a_bad_action_is_a_sentence(browser: Client, hq_admin: User) -> None:
    log_in(browser, "hq")
    assert browser.post("/accounts/security/", {"action": "drop"}).status_code == 400
    assert browser.post("/accounts/security/", {"action": "renew", "code": "1"}).status_code == 409
    assert browser.get("/accounts/second-factor/").status_code == 302


# ---- other sessions of the person end with what opened them


def opens(client: Client) -> bool:
    return client.get("/accounts/security/").status_code == 200


def sessions_of(*people: User) -> list[Client]:
    found = []
    for person in people:
        client = Client(headers={"accept": "text/html"})
        client.force_login(person)
        assert opens(client)
        found.append(client)
    return found


def test_switching_codes_on_ends_the_persons_other_sessions_alone(hq_admin: User, leader: User) -> None:
    own, other, elses = sessions_of(hq_admin, hq_admin, leader)
    own.post("/accounts/security/", {"action": "begin"})
    assert own.post("/accounts/security/", {"action": "confirm", "code": "000000"}).status_code == 422
    assert [opens(one) for one in (own, other, elses)] == [True, True, True]
    answer = own.post("/accounts/security/", {"action": "confirm", "code": phone(hq_admin, timezone.now())})
    assert answer.status_code == 200
    assert [opens(one) for one in (own, other, elses)] == [True, False, True]
    assert own.get("/workbench/inbox/").status_code == 200  # it has proved itself by the code


def test_a_new_password_ends_the_persons_other_sessions_alone(hq_admin: User, leader: User) -> None:
    own, other, elses = sessions_of(hq_admin, hq_admin, leader)
    form = {"old": PASSWORD, "new": "示例口令-Dongting-2026", "again": "示例口令-Dongting-2026"}
    assert own.post("/accounts/password/", {**form, "old": "falsch"}).status_code == 422
    assert opens(other)
    assert own.post("/accounts/password/", form).status_code == 302
    assert Session.objects.count() == 2
    assert [opens(one) for one in (own, other, elses)] == [True, False, True]
