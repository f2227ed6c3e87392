"""The people who log in, in Django's admin; and the admin's own name."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from keiko.models import User

admin.site.index_title = _("What do you want to look after?")

if (
    TYPE_CHECKING
):  # these classes take a type only in their published types, and the theme's publish none
    from django.contrib.auth.forms import AdminUserCreationForm
    from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm

    _UserAdmin = DjangoUserAdmin[User]
    _GroupAdmin = DjangoGroupAdmin
    _NewUserForm = AdminUserCreationForm[User]
    _UserForm = DjangoUserChangeForm[User]
else:

    class _UserAdmin(DjangoUserAdmin, ModelAdmin):
        pass

    class _GroupAdmin(DjangoGroupAdmin, ModelAdmin):
        pass

    _NewUserForm = UserCreationForm
    _UserForm = UserChangeForm

admin.site.unregister(Group)


class NewUserForm(_NewUserForm):
    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: ClassVar[dict[str, type]] = {}


@admin.register(User)
class UserAdmin(_UserAdmin):
    form = _UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "language", "password")}),
        (
            _("What they may do"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "usable_password", "password1", "password2"),
            },
        ),
    )


@admin.register(Group)
class GroupAdmin(_GroupAdmin):
    pass
