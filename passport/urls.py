"""The addresses of the passport, from the site's root."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from passport.views import account, offline, proof, shares, timeline

app_name = "passport"
urlpatterns = [
    path("", timeline.timeline_page, name="timeline"),
    path("courses/", timeline.courses_page, name="courses"),
    path("courses/<int:activity_id>/", timeline.course_page, name="course"),
    path("courses/<int:activity_id>/share/", shares.share_course_page, name="share-course"),
    path("shares/", shares.shares_page, name="shares"),
    path("shares/<uuid:share_id>/", shares.share_page, name="share"),
    path("shares/<uuid:share_id>/withdraw/", shares.withdraw_page, name="withdraw"),
    path("me/", account.me_page, name="me"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path(offline.FILE, offline.offline_verifier, name="offline-verifier"),
    path("p/<str:token>/", proof.proof_page, name="proof"),
    path("p/<str:token>/bundle", proof.bundle_file, name="bundle"),
    path("p/<str:token>/status", proof.status_json, name="status"),
]
