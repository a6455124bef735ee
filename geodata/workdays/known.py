"""The notices on holidays that come with the system, for those who count without its database: the public site. Pure.

Source of 2026: 国务院办公厅关于2026年部分节假日安排的通知, 国办发明电〔2025〕7号, 4 November 2025; compared
day by day with its text as Xinhua published it: 33 days off, 6 days worked instead.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

from geodata.workdays.notice import read_notice

YEAR: Final = 2026
NOTICE: Final = """
一、元旦:1月1日(周四)至3日(周六)放假调休,共3天。1月4日(周日)上班。
二、春节:2月15日(农历腊月二十八、周日)至23日(农历正月初七、周一)放假调休,共9天。2月14日(周六)、2月28日(周六)上班。
三、清明节:4月4日(周六)至6日(周一)放假,共3天。
四、劳动节:5月1日(周五)至5日(周二)放假调休,共5天。5月9日(周六)上班。
五、端午节:6月19日(周五)至21日(周日)放假,共3天。
六、中秋节:9月25日(周五)至27日(周日)放假,共3天。
七、国庆节:10月1日(周四)至7日(周三)放假调休,共7天。9月20日(周日)、10月10日(周六)上班。
"""


@cache
def departures() -> Mapping[date, bool]:
    """Day → whether it is worked, of the days that differ from the week. Other years count Monday to Friday."""
    return {entry.day: entry.is_workday for entry in read_notice(NOTICE, year=YEAR)}
