"""All pages of the loop: the ward's way to a handover, and the desk's way onward."""

from referrals.web.desk import urls as desk
from referrals.web.ward import urls as ward

urlpatterns = ward.urlpatterns + desk.urlpatterns
