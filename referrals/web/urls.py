"""All pages: the ward's way to a handover, the desk's way onward, data protection, planning."""

from referrals.web.desk import urls as desk
from referrals.web.planning import urls as planning
from referrals.web.privacy import urls as privacy
from referrals.web.ward import urls as ward

urlpatterns = ward.urlpatterns + desk.urlpatterns + privacy.urlpatterns + planning.urlpatterns
