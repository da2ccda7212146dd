"""Which scheme an area has on a day: it names deadlines, reminders and ratios of prepayments."""

from models.services.judgement import in_force

#: Scheme of each area on a day.
SCHEME_OF_AREA = in_force.of_areas("%(on)s")
