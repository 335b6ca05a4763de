"""Can these tests fail?  The scenarios of a refusal, on a PC without our
package, must each end with a disk."""
import scenario_refused as refused
from boots import BEFORE_INSTALLATION
from refusal import DiskAppeared

SAMPLE = (refused.a_stick_is_refused, refused.a_stick_behind_a_hub_is_refused,
          refused.a_stick_on_a_docks_new_controller_is_refused,
          refused.the_disk_half_of_a_keyboard_is_refused_and_the_other_half_types)


@BEFORE_INSTALLATION.scenario()
def without_the_package_the_same_scenarios_show_a_disk(test):
    for function in SAMPLE:
        try:
            function(test)
        except DiskAppeared:
            test.finish()
        else:
            raise AssertionError(function.__name__ + " passes without a guard")
