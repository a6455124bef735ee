"""Batches: what a preview keeps, what a commit may do, and that a stale preview is made again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.errors import Conflict, Refused
from geodata.exchange.batches import commit_batch, open_batch, preview
from geodata.exchange.batches.opening import make_context
from geodata.exchange.datasets import disbursements
from geodata.exchange.models import Batch
from geodata.funding.models import Disbursement
from tests.geodata.exchange.conftest import NOW
from tests.geodata.exchange.sheets import save

HEADER = ["支付凭证号", "支付日期", "预算单位编码", "收款人全称", "摘要", "支付金额（元）"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return save(
        tmp_path / "p.xlsx", {"支付明细": [HEADER, ["ZF001", "2026-03-05", "306001", "示例有限公司", "款", 100]]}
    )


def test_opening_writes_the_batch_and_nothing_else(path: Path) -> None:
    batch = open_batch(path=path, dataset="disbursements", user=None, now=NOW)
    assert batch.state == Batch.State.PREVIEWED
    assert (batch.counts["new"], len(batch.sha256)) == (1, 64)
    assert not Disbursement.objects.exists()


def test_committing_twice_writes_once(path: Path) -> None:
    batch = open_batch(path=path, dataset="disbursements", user=None, now=NOW)
    commit_batch(batch=batch, user=None, now=NOW)
    again = commit_batch(batch=batch, user=None, now=NOW)
    assert again.state == Batch.State.COMMITTED
    assert Disbursement.objects.count() == 1


def test_a_preview_that_another_import_overtook_is_made_again(path: Path, bring_in: Callable[..., Batch]) -> None:
    context = make_context(options=None, mapping=None, user=None, now=NOW)
    seen = preview(path=path, dataset="disbursements", context=context)
    batch = open_batch(path=path, dataset="disbursements", user=None, now=NOW)
    bring_in(path, "disbursements")
    done = commit_batch(batch=batch, user=None, now=NOW, seen=seen)
    assert (done.counts["new"], done.counts["unchanged"]) == (0, 1)
    assert Disbursement.objects.count() == 1


def test_a_file_that_changed_after_its_preview_is_not_committed(path: Path) -> None:
    batch = open_batch(path=path, dataset="disbursements", user=None, now=NOW)
    save(path, {"支付明细": [HEADER, ["ZF001", "2026-03-05", "306001", "示例有限公司", "款", 999]]})
    with pytest.raises(Conflict, match="有改动"):
        commit_batch(batch=batch, user=None, now=NOW)
    assert not Disbursement.objects.exists()


def test_a_service_that_refuses_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = disbursements.record_disbursements

    def half(**given: object) -> None:
        recorded(**given)
        raise Refused("账表拒收")

    monkeypatch.setattr(disbursements, "record_disbursements", half)
    batch = open_batch(path=path, dataset="disbursements", user=None, now=NOW)
    done = commit_batch(batch=batch, user=None, now=NOW)
    assert done.state == Batch.State.REFUSED
    assert done.issues.get(severity="error").message == "账表拒收"
    assert not Disbursement.objects.exists()


def test_a_doubt_about_the_whole_sheet_keeps_even_its_good_rows_out(
    tmp_path: Path, bring_in: Callable[..., Batch]
) -> None:
    lacking = [title for title in HEADER if title != "支付日期"]
    rows = [lacking, ["ZF001", "306001", "示例有限公司", "款", 100]]
    batch = bring_in(save(tmp_path / "x.xlsx", {"支付明细": rows}), "disbursements", skip_refused=True)
    assert batch.state == Batch.State.REFUSED
    assert "缺少必填列" in batch.issues.get(severity="error").message


def test_a_refused_batch_may_still_bring_in_its_good_rows(tmp_path: Path) -> None:
    rows = [HEADER, ["ZF001", "2026-03-05", "1", "示例有限公司", "款", 1], ["ZF002", "?", "1", "示例有限公司", "款", 1]]
    batch = open_batch(path=save(tmp_path / "x.xlsx", {"支付明细": rows}), dataset="disbursements", user=None, now=NOW)
    refused = commit_batch(batch=batch, user=None, now=NOW)
    assert refused.state == Batch.State.REFUSED
    done = commit_batch(batch=refused, skip_refused=True, user=None, now=NOW)
    assert done.state == Batch.State.COMMITTED
    assert Disbursement.objects.count() == 1


def test_the_context_of_a_batch_is_kept_for_its_commit(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("支付凭证号,支付日期,收款人,金额\nZF1,05/03/2026,示例有限公司,12.345\n", encoding="utf-8")
    context = make_context(options=None, mapping=None, user=None, now=NOW)
    options = replace(context.options, date_format="%d/%m/%Y", round="fen")
    batch = open_batch(path=path, dataset="disbursements", options=options, user=None, now=NOW)
    commit_batch(batch=batch, user=None, now=NOW)
    line = Disbursement.objects.get()
    assert (str(line.amount), str(line.paid_on)) == ("12.35", "2026-03-05")
