"""Words right before a number that say what it is."""

from __future__ import annotations

import re
from typing import Final

#: Numbers of parcels. They stand in for the order's number only where no other is given.
TRACKING: Final = re.compile(
    r"(?:快递|物流|运|面|邮件|包裹)单?(?:编号|号码|单号|号)?(?:发错了?|写错了?|打错了?)?[,是为应该就的:#\s]{0,6}$"
)
#: Anything that names an order nearby; a telephone or a person between breaks the tie.
ORDER: Final = re.compile(
    r"(?<!不是)(?:订单|单号|运单|快递(?!员|小哥)|物流|工单|编号|流水号|交易号|交易单|受理号|报修单|预约单|退货单|售后单|合同号?|order|"
    r"单子|这单|那单)(?:(?!电话|手机|联系|客服|工号|账号|户号|元|块)[^a-z0-9@]){0,9}$"
)
#: The same right before the number, strong enough to make a short or telephone-like one an order.
ORDER_NO: Final = re.compile(
    r"(?:订单(?:编号|号码|号)?|单号|运单号?|工单号?|流水号|交易号|受理(?:编)?号|报修单号?|order(?:no|id|\s)?)"
    r"(?:是|为|应该|就|的|:|#|\.|\s){0,5}$"
)
#: Words after which a number is neither a telephone nor an order.
ANOTHER_KIND: Final = re.compile(
    r"(?:尾号|后四位|后几位|验证码|取件码|提货码|取货码|卡号|银行卡|储蓄卡|信用卡|身份证|身份证号|税号|密码|型号|序列号|机身码|sn|imei|qq|微信|微信号"
    r"|工号|邮编|户号|账号|帐号|会员号|客户号|用户号|客户编号|用户编号|表号|缴费号|错误码|代码|报错|信用代码|纳税人识别号|车牌|条码)"
    r"(?:号码|号)?[是为:应该就的\s]{0,5}$"
)
