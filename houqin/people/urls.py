"""Login, accounts, people and the table of rights."""

from django.urls import URLPattern, path

from houqin.people.views import door, role_table

app_name = "people"

urlpatterns: list[URLPattern] = [
    path("login/", door.Login.as_view(), name="login"),
    path("logout/", door.Logout.as_view(), name="logout"),
    path("account/", door.Account.as_view(), name="account"),
    path("account/password/", door.OwnPassword.as_view(), name="password"),
    path("roles/", role_table.RoleTable.as_view(), name="role-table"),
]
