from django.urls import path

from portal.accounts import views

app_name = "accounts"
# /accounts/
urlpatterns = [
    path("login/", views.login_page, name="login"),
    path("logout/", views.logout_page, name="logout"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("password/", views.password, name="password"),
    path("security/", views.security, name="security"),
]
