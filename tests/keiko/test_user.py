import pytest
from django.db import IntegrityError

from keiko.models import User


@pytest.mark.django_db
class TestUser:
    def test_logs_in_by_e_mail_address_in_any_case(self):
        user = User.objects.create_user("Ana@Example.org", "a long password")
        assert User.objects.get_by_natural_key("ana@example.org") == user

    def test_is_the_only_one_with_its_address(self):
        User.objects.create_user("ana@example.org")
        with pytest.raises(IntegrityError):
            User.objects.create_user("ANA@example.org")

    def test_without_a_password_cannot_log_in(self):
        assert not User.objects.create_user("ana@example.org").has_usable_password()

    def test_needs_an_address(self):
        with pytest.raises(ValueError, match="needs an e-mail address"):
            User.objects.create_user("")
