"""`manage.py check --deploy` names what an operator must give."""

from keiko.checks import keys_are_given, the_log_has_its_own_name


def test_keys_that_were_made_by_themselves_are_named_with_what_their_loss_means(monkeypatch):
    monkeypatch.delenv("SEED_KEY", raising=False)
    monkeypatch.setenv("XAPI_SECRET_KEY", "given")
    warnings = {warning.id: warning for warning in keys_are_given(None)}
    assert "keiko.W002" not in warnings
    assert "no record can be proven" in warnings["keiko.W004"].hint


def test_a_log_without_a_name_of_its_own_is_named(monkeypatch):
    monkeypatch.delenv("LOG_ORIGIN", raising=False)
    assert len(the_log_has_its_own_name(None)) == 1
    monkeypatch.setenv("LOG_ORIGIN", "example.org/keiko")
    assert the_log_has_its_own_name(None) == []
