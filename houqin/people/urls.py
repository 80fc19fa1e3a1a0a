"""Login, accounts, people and the table of rights."""

from django.urls import URLPattern, path

from houqin.people.views import acting, door, organisation, role_table, separation, slips, staff, two_step

app_name = "people"

urlpatterns: list[URLPattern] = [
    path("login/", door.Login.as_view(), name="login"),
    path("login/code/", door.LoginCode.as_view(), name="login-code"),
    path("logout/", door.Logout.as_view(), name="logout"),
    path("account/", door.Account.as_view(), name="account"),
    path("account/password/", door.OwnPassword.as_view(), name="password"),
    path("account/two-step/", two_step.TwoStepOn.as_view(), name="two-step"),
    path("account/two-step/codes/", two_step.RecoveryCodes.as_view(), name="two-step-codes"),
    path("account/two-step/codes/print/", two_step.RecoveryCodesPrint.as_view(), name="two-step-codes-print"),
    path("account/two-step/codes/new/", two_step.RecoveryCodesRenewed.as_view(), name="two-step-codes-new"),
    path("account/two-step/off/", two_step.TwoStepOff.as_view(), name="two-step-off"),
    path("separation/", separation.SeparationTable.as_view(), name="separation"),
    path("separation/print/", separation.SeparationPrint.as_view(), name="separation-print"),
    path("roles/", role_table.RoleTable.as_view(), name="role-table"),
    path("roles/<str:public_id>/end/", staff.RoleEnd.as_view(), name="role-end"),
    path("acting/", acting.ActingList.as_view(), name="acting-list"),
    path("acting/new/", acting.ActingCreate.as_view(), name="acting-create"),
    path("acting/<str:public_id>/", acting.ActingDetail.as_view(), name="acting"),
    path("acting/<str:public_id>/end/", acting.ActingEnd.as_view(), name="acting-end"),
    path("people/", staff.PersonList.as_view(), name="person-list"),
    path("people/new/", staff.PersonCreate.as_view(), name="person-create"),
    path("people/<str:public_id>/", staff.PersonDetail.as_view(), name="person"),
    path("people/<str:public_id>/edit/", staff.PersonEdit.as_view(), name="person-edit"),
    path("people/<str:public_id>/disable/", staff.PersonDisable.as_view(), name="person-disable"),
    path("people/<str:public_id>/enable/", staff.PersonEnable.as_view(), name="person-enable"),
    path("people/<str:public_id>/roles/", staff.RoleGrant.as_view(), name="role-grant"),
    path("people/<str:public_id>/password/", staff.PasswordResetNow.as_view(), name="password-reset"),
    path("people/<str:public_id>/reset/", staff.ResetRequest.as_view(), name="reset-request"),
    path("resets/", staff.ResetList.as_view(), name="reset-list"),
    path("resets/<str:public_id>/", staff.ResetDetail.as_view(), name="reset"),
    path("resets/<str:public_id>/confirm/", staff.ResetConfirm.as_view(), name="reset-confirm"),
    path("resets/<str:public_id>/withdraw/", staff.ResetWithdraw.as_view(), name="reset-withdraw"),
    path("slips/", slips.SlipList.as_view(), name="slip-list"),
    path("slips/print/", slips.SlipPrint.as_view(), name="slip-print"),
    path("school/", organisation.SchoolName.as_view(), name="school"),
    path("departments/", organisation.DepartmentList.as_view(), name="department-list"),
    path("departments/new/", organisation.DepartmentCreate.as_view(), name="department-create"),
    path("departments/<str:public_id>/", organisation.DepartmentDetail.as_view(), name="department"),
    path("departments/<str:public_id>/edit/", organisation.DepartmentEdit.as_view(), name="department-edit"),
    path(
        "departments/<str:public_id>/retire/",
        organisation.DepartmentRetire.as_view(),
        name="department-retire",
    ),
    path("classes/", organisation.ClassList.as_view(), name="class-list"),
    path("classes/new/", organisation.ClassCreate.as_view(), name="class-create"),
    path("classes/<str:public_id>/", organisation.ClassDetail.as_view(), name="class"),
    path("classes/<str:public_id>/edit/", organisation.ClassEdit.as_view(), name="class-edit"),
    path("classes/<str:public_id>/retire/", organisation.ClassRetire.as_view(), name="class-retire"),
]
