"""The journal of backups. There is no download and no upload: a backup holds everything about everybody."""

from django.urls import URLPattern, path

from houqin.backups.views import BackupList

app_name = "backups"

urlpatterns: list[URLPattern] = [path("", BackupList.as_view(), name="backup-list")]
