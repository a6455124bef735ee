"""Writing the public database: looking ahead, publishing, taking back, and checking the chain."""

from portal.publication.services.chaining import chain_faults
from portal.publication.services.media import settle_files
from portal.publication.services.publishing import carry_out, publish, review
from portal.publication.services.requests import request_publication, request_review
from portal.publication.services.runs import settle
from portal.publication.services.withdrawals import carry_out_now, lift, withdraw_name, withdraw_project, withdraw_text

__all__ = [
    "carry_out",
    "carry_out_now",
    "chain_faults",
    "lift",
    "publish",
    "request_publication",
    "request_review",
    "review",
    "settle",
    "settle_files",
    "withdraw_name",
    "withdraw_project",
    "withdraw_text",
]
