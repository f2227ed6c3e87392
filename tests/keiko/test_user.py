import pytest


@pytest.mark.django_db
def test_user(django_user_model):
    u = django_user_model.objects.create_user("Ana@Example.org", "x")
    assert django_user_model.objects.get_by_natural_key("ana@example.org") == u
