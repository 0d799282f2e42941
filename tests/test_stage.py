from referrals.models import Case
from tests.conftest import Cast


def test_the_outsider_sees_no_case(cast: Cast) -> None:
    assert cast.case in Case.objects.visible_to(cast.anna)
    assert cast.case not in Case.objects.visible_to(cast.carla)
    assert cast.case not in Case.objects.visible_to(cast.bilal)
