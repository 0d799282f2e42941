"""Sentences of statistics and planning: periods, published numbers, births, goals."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NUMBERS: Mapping[str, Promise] = {
    "period_unreadable": _(
        "“%(value)s” is no period. A quarter is written 2026Q3, a year 2026. Nothing was changed."
    ),
    "nothing_published": _(
        "For this period no numbers have been published. Nothing is lost: a quarter is published "
        "from fourteen days after its end on, a year once its four quarters are."
    ),
    "period_still_open": _(
        "The quarter %(period)s can be frozen from fifteen days after its end on. Nothing was "
        "changed."
    ),
    "nothing_counted": _("Up to the quarter %(period)s nothing was counted in this city."),
    "gate_closed": _(
        "The numbers of %(period)s were not published: the check before publication found a place "
        "that would tell of a family. Nothing is lost; the next attempt rounds differently."
    ),
    "dimension_unknown": _(
        "The numbers are not kept by “%(value)s”. Please choose one of the dimensions they have."
    ),
    "periods_not_comparable": _(
        "A quarter and a year cannot be compared, and neither can two cities here. Please choose "
        "two periods of the same length."
    ),
    # Births, posts, goals and measures
    "month_unreadable": _(
        "“%(value)s” is no month. Nothing was saved. Write 01.2026, 2026-01 or January 2026."
    ),
    "month_not_over": _(
        "The month %(value)s is not over: its births are not known yet. Nothing was saved."
    ),
    "births_unreadable": _(
        "“%(value)s” is no whole number from 0 to %(most)s. Nothing was saved. Please check it."
    ),
    "site_unknown": _(
        "This maternity clinic is not in your city. Nothing was saved. Please open the page again."
    ),
    "posts_out_of_range": _("A house has from 0 to %(most)s full-time posts. Please check it."),
    "day_too_far": _("This day is too far away. Please check the year."),
    "figure_unreadable": _("“%(value)s” is no number. Write 12.5 or 1,234.5."),
    "goal_ended": _("This goal has ended. Nothing was changed. Open it again first."),
    "target_without_figure": _(
        "A target needs a figure that can reach it. Choose the figure, or leave the target empty."
    ),
    "target_out_of_range": _("A target lies between 0 and %(most)s."),
    "gap_unknown": _(
        "The latest published quarter tells of no such gap. Nothing was saved. Please choose one "
        "from the lists."
    ),
}
