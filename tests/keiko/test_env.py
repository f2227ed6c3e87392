import pytest
from django.core.exceptions import ImproperlyConfigured

from keiko.env import envbool, envint, envlist, envsecret, envstr


class TestText:
    def test_is_the_default_when_it_is_not_set_or_empty(self, monkeypatch):
        monkeypatch.delenv("THING", raising=False)
        assert envstr("THING", "default") == "default"
        monkeypatch.setenv("THING", "")
        assert envstr("THING", "default") == "default"
        monkeypatch.setenv("THING", "given")
        assert envstr("THING", "default") == "given"


class TestBool:
    @pytest.mark.parametrize("word", ["1", "true", "YES", " on "])
    def test_reads_words_for_true(self, monkeypatch, word):
        monkeypatch.setenv("THING", word)
        assert envbool("THING", default=False) is True

    @pytest.mark.parametrize("word", ["0", "false", "No", "off", ""])
    def test_reads_words_for_false(self, monkeypatch, word):
        monkeypatch.setenv("THING", word)
        assert envbool("THING", default=True) is False

    def test_refuses_any_other_word_and_names_the_variable(self, monkeypatch):
        monkeypatch.setenv("THING", "maybe")
        with pytest.raises(ImproperlyConfigured, match=r"THING='maybe': write true or false"):
            envbool("THING", default=False)


class TestInt:
    def test_reads_a_whole_number(self, monkeypatch):
        monkeypatch.setenv("THING", "12")
        assert envint("THING", 5) == 12

    @pytest.mark.parametrize("text", ["twelve", "1.5", "1e3"])
    def test_refuses_what_is_none(self, monkeypatch, text):
        monkeypatch.setenv("THING", text)
        with pytest.raises(ImproperlyConfigured, match="write a whole number"):
            envint("THING", 5)

    def test_refuses_less_than_the_minimum(self, monkeypatch):
        monkeypatch.setenv("THING", "0")
        with pytest.raises(ImproperlyConfigured, match="write 1 or more"):
            envint("THING", 5, minimum=1)


def test_a_list_is_separated_by_commas(monkeypatch):
    monkeypatch.setenv("THING", "a, b,,c")
    assert envlist("THING", []) == ["a", "b", "c"]


class TestSecret:
    def test_comes_from_the_variable_before_the_file(self, monkeypatch, tmp_path):
        file = tmp_path / "secret"
        file.write_text("from the file\n")
        monkeypatch.setenv("THING_FILE", str(file))
        assert envsecret("THING") == "from the file"
        monkeypatch.setenv("THING", "from the variable")
        assert envsecret("THING") == "from the variable"

    def test_is_none_when_nothing_is_given(self, monkeypatch):
        monkeypatch.delenv("THING", raising=False)
        assert envsecret("THING") is None

    def test_says_which_file_cannot_be_read(self, monkeypatch, tmp_path):
        monkeypatch.setenv("THING_FILE", str(tmp_path / "missing"))
        with pytest.raises(ImproperlyConfigured, match=r"THING_FILE=.*missing.*No such file"):
            envsecret("THING")
