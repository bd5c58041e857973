"""What own lines tell of acts, and what customers' messages bring or ask: labelled by hand."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.terms import Act
from bot.nlu.acts import acts_of
from bot.nlu.evidence import brings_evidence
from bot.nlu.rhythm import rhythm_of

#: The acts (- for none) and an agent's line.
LINES = """
verified | 好的，您的身份已核实，下面为您办理改绑。
verified | 身份核验通过，我现在为您查余额。
verified | 张女士，信息核对无误，请问您要改成哪个地址？
verified | 已经核实过您的身份了，可以继续办理
verified | 感谢配合，您的实名信息验证一致。
verified | 您的身份信息已确认无误，这边给您解除限制
verified | 亲，验证已通过啦，马上给您重置密码哦
verified | 好的 资料核对一致 您稍等
verified | 手机号和姓名都对上了，身份没有问题
verified | 您是户主本人，核对无误
- | 为了账户安全，需要先核实您的身份，请提供手机号后四位。
- | 身份核验通过后才能为您办理过户。
- | 请问您的身份核实过了吗？
- | 抱歉，您的身份还没有核验通过，请重新上传证件。
- | 如果信息核对无误，我会为您提交。
- | 我先核对一下您的信息，请稍等
- | 收货地址核对无误，今天就能发出
- | 身份信息核对不一致，暂时不能为您办理
- | 核实身份只需要姓名和手机号，不需要密码
- | 您方便做一下身份验证吗
reviewed result | 经审核确认属于质量问题，费用由我们承担。
reviewed result | 您的退货申请审核通过了，请在三天内寄回。
reviewed result | 很抱歉，审核不通过，原因是照片看不清。
reviewed result | 质量问题审核结果出来了，判定为商品瑕疵。
reviewed result | 鉴定结果为人为损坏，不在保修范围内。
reviewed result | 质检部门审核后确认是质量问题
reviewed result | 亲，质量审核已经通过了哦
reviewed | 您发的图我看了，这个确实属于质量问题
reviewed result | 经判定不属于质量问题，是正常的使用磨损。
reviewed result | 品质部判定是做工问题，责任在我们
reviewed result | 您的申请未通过审核，理由是超过了七天
reviewed | 从照片看属于产品质量问题，我们承担来回运费
reviewed result | 质量问题已审核确认，后续按三包处理
- | 您的质量问题我们会在2小时内审核。
- | 如果审核确认属于质量问题，运费由我们出。
- | 审核通过后我们会短信通知您
- | 请问您收到审核通过的短信了吗？
- | 审核还没通过，请您再等等
- | 是否属于质量问题要等品质部判定
- | 待鉴定结果出来，我第一时间告诉您。
- | 属于质量问题的，我们承担运费；不属于的由您承担。
- | 是否符合条件以审核结果为准
- | 麻烦您提供视频，我们审核一下是不是质量问题
progress | 您的质量问题还在审核中，请耐心等待
- | 审核通过与否都有短信提醒
checked result | 检测结果出来了，是主板故障。
checked result | 工程师检测发现电池鼓包，需要更换。
checked result | 经检测，设备没有问题，请您放心使用。
checked result | 技术检测已完成，确认是屏幕排线松动
checked result | 检测报告显示进水，不在保修范围
checked result | 师傅上门检查过了，是漏水导致的跳闸
checked result | 技术部门排查后确认是系统缓存引起的
checked result | 亲，您寄回的耳机检测好了，左耳单元坏了
checked result | 远程诊断结果正常，不是硬件问题
checked result | 检测中心出结果了：压缩机损坏
checked result | 检测没有发现异常
checked result | 售后师傅检测完了，需要换一块主板，费用300元
- | 收到后技术会在24小时内检测。
- | 需要先检测才能知道原因
progress | 您的机器正在检测中，预计明天出结果
- | 检测结果出来后我会马上联系您
- | 如果检测是质量问题，免费给您修。
- | 检测费用是50元，您同意吗？
- | 请把机器寄到检测中心，地址稍后发您
- | 请问师傅检测过了吗？
progress | 检测报告还没有出来
- | 您可以带到服务网点免费检测
- | 到货后我们安排检测，没问题的话原路寄回
exchange_due | 您的商品符合换货条件，请填写换货地址。
exchange_due | 可以给您换新的，您不用担心。
exchange_due | 好的，这边为您办理换货。
exchange_due | 亲，我们同意给您换一台新机。
exchange_due | 您这个在保修期内，可以免费换货
exchange_due | 那就给您换一件新的，旧的不用寄回
exchange_due approved result | 主管同意给您换新了
exchange_due | 这种情况我们给您换货处理
exchange_due | 决定给您更换同型号新机，运费我们出。
exchange_due reviewed result | 审核确认是质量问题，可以为您换新。
exchange_due | 可以给您换新，您看可以吗？
exchange_due | 会给您安排换货的，您放心
exchange_due | 符合三包换货规定，给您换同款
exchange_due | 支持给您换的，这边帮您换个大一码
- | 您的商品不符合换货条件。
- | 请问您是想换货还是退货？
- | 如果检测确认是质量问题，可以给您换新。
- | 七天内未使用可以申请换货
- | 检测通过后为您办理换货
- | 这边暂时不能给您换新
- | 我帮您提交换货申请，审核后告诉您
- | 可以给您退款或者换货，您选哪一种？
- | 换货需要您先把旧机寄回
- | 换货流程是：申请、审核、寄回、换新。
- | 需要给您换货吗
- | 本店支持七天无理由退换货
- | 超过15天就没办法给您换新了
- | 能否换货要看检测结果
exchange_arranged | 您的换货单已生成，单号是H20260310。
exchange_arranged result | 新机已寄出，顺丰单号稍后发您。
exchange_arranged | 已安排快递明天上门取旧换新。
exchange_arranged | 换货已经安排好了，明天师傅带新机上门
exchange_arranged | 已经为您办理换货，请注意查收短信
exchange_arranged result | 换的新鞋今天已经发出啦
exchange_arranged | 亲，换新的单子给您下好了
exchange_arranged result | 替换的主板已经寄出，预计后天到
exchange_arranged | 换货订单已创建，请把旧的交给快递员
exchange_arranged | 已为您安排换新，快递今天下午上门取件
exchange_arranged result | 您的新表已经换好了
exchange_arranged result | 给您换的新机已发货，请注意查收
- | 新机寄出后会短信通知您单号。
- | 换货单生成后您能在订单里看到
- | 换货单还没有生成
- | 收到旧机后48小时内寄出新机
- | 如果需要取旧换新，请在页面预约
- | 请问新机寄出了吗
- | 我们会尽快安排快递上门取旧换新
- | 已安排快递上门取件，退款在验收后到账
- | 请您在换货单生成后三天内寄回
upgraded | 已提交问题升级申请，知识库同事会补充方案。
upgraded | 您的问题暂时没有现成方案，已经上报技术部门补充方案。
upgraded | 知识补充申请已提交，24小时内会有方案
upgraded | 我已经为您发起升级申请，请您耐心等待
upgraded | 这个情况我刚刚提了升级单
upgraded | 您的问题已升级处理，预计明天有方案
upgraded | 已将您的问题登记为升级工单
upgraded | 目前没有匹配的处理方案，我已申请补充解决方案。
upgraded transferred | 已为您升级给二线技术专家处理
upgraded | 问题升级申请刚才已经交上去了
- | 如果还不行，我会提交问题升级申请。
- | 系统已升级到最新版本
- | 请您先把固件升级一下
- | 您的会员已升级为金卡
- | 需要为您提交升级申请吗？
- | 稍后我会把问题升级处理
- | 升级申请还没有提交
- | 套餐升级申请提交后次月生效
- | 您的套餐升级已提交，次月生效
- | 升级失败的话请重启设备
transferred | 您的问题已转交技术部门核实处理。
transferred | 已经反馈给仓库了，有结果第一时间告诉您。
transferred | 这个需要由财务部门核实，我已为您提交。
transferred | 已移交售后专员跟进，请保持电话畅通
transferred | 我把单子转给物流那边了
transferred | 已为您上报主管，两个工作日内答复。
transferred | 亲，已经帮您提交给技术啦
transferred | 已联系仓库核实漏发情况
transferred | 工单已派给维修部，明天有人联系您
transferred progress | 刚刚跟仓库反馈过了，那边在查
transferred | 这边帮您反馈给产品部门，请您稍等
transferred | 我现在把情况连同照片一并转交质检部门核实。
transferred | 您的投诉已递交客户关系部，会有专人联系您
transferred | 已为您建立工单，由安装部门跟进
transferred | 情况已上报给区域经理，有结果我联系您
transferred | 我已经把您的材料交给理赔同事了
transferred | 已向商家发起核实，24小时内答复您
transferred | 已经为您转到售后部门，他们会在今天联系您
transferred | 已通知快递网点核实，请您等消息
transferred | 您反映的问题我已提交至后台技术处理
transferred | 差价的事我请示了主管，等他回复
transferred | 已经给站点发了催件单
- | 我会把您的问题转交给技术部门。
- | 如果还有问题，可以反馈给售后部门
- | 稍后为您转接售后专员
- | 需要为您转交技术部门吗？
- | 请您把机器寄给售后部门
- | 这个需要由财务部门核实
- | 您可以拨打售后电话咨询
- | 还没有提交给仓库，我先跟您确认一下地址
- | 收到视频后我将提交给技术部门核实
- | 请问您之前反馈给售后了吗？
- | 建议您联系快递公司核实
- | 已为您登记，请放心
- | 我没有权限，需要主管处理
- | 我可以帮您反馈给产品部门
- | 商家已经收到您的订单
- | 您提交的材料我看到了
- | 地址已转成繁体，您看一下
result | 仓库回复说昨天漏发了一件，今天补寄。
result approved | 主管已同意给您退差价。
result | 已经核实到了，原因是系统重复扣款。
result | 您的退款已到账，请查收。
result | 少的配件已补发，单号是SF123456。
result | 查到了，您的包裹昨天被退回了分拨中心。
result | 技术部门答复：接口今天上午已经修好
result | 处理结果如下：全额退款，另补偿20元券。
result | 经核实，确实是快递员没有按要求派送。
result | 跟您说一下结果，财务那边查明是重复入账
result | 您反馈的问题已经解决了，请刷新看看
result | 宽带已经恢复，您试一下
result | 让您久等了，有结果了，站点承认丢件
result | 财务确认款项已退回原卡
result | 已核实清楚，是我们录错了地址
result | 发票已重新开具，发到您邮箱了
result | 调查结果出来了，是派送员态度问题，已处罚
result | 答复您一下昨天的事：仓库今天已经给您补寄了
result | 物流反馈包裹在中转站滞留，明天派送
result | 多扣的30元已经退还到您的账户
result | 商家说是发错颜色了，愿意承担运费
result | 问到了，那批货下周二到仓
result | 仓库那边查了监控，确实少装了一件
result | 您要的改签已经办好了
- | 有结果后答复您。
- | 仓库回复后我马上告诉您
- | 退款会在三个工作日内到账。
- | 我们会尽快给您补发
- | 如果核实是我们的责任，会给您赔偿
- | 请问退款到账了吗？
progress | 仓库还没有回复，我继续帮您盯着
- | 核实后将在24小时内给您答复
- | 查到后第一时间告诉您
- | 有结果我会主动联系您
- | 退款到账时间以银行为准
- | 您的问题解决了吗
- | 您好，我帮您查一下
- | 以处理结果为准，请您留意短信
- | 等技术部门答复，预计明天下午
- | 预计今晚恢复供电，请您耐心等待
progress | 暂时还没有结果，请您再等一等
- | 查询结果仅供参考，请以页面为准
- | 明天给您结果
- | 我去查一下原因，稍后答复您
- | 没有查到您的订单，请核对一下单号
- | 您收到仓库的回复了吗
approved result | 申请到了，可以给您补偿50元。
approved result | 主管审批通过，减免这个月的违约金。
approved result | 领导已经批准了您的退款
approved result | 我给您特别申请下来了一张20元券
approved result | 经理同意免收您的上门费
approved result | 您的补偿申请已经批下来了
approved result | 好消息，主管那边点头了
approved result | 已获主管授权，可以全额退款
approved result | 店长批了，今天就给您退
approved result | 帮您争取到了，运费全免
approved result | 审批已经通过，款项明天打给您
- | 需要主管审批，请您稍等。
- | 如果主管同意，我马上给您退
- | 我去帮您申请一下
- | 主管审批通过后会为您退款
- | 正在为您向主管申请，稍等
result | 很抱歉，主管没有同意减免。
progress | 主管还没批，我再催一下
result | 领导不同意全额退款，最多退一半
- | 请问您同意这个方案吗
- | 您同意的话我现在就提交
- | 我尽量帮您争取，但不能保证通过
- | 能不能减免要看主管是否同意
called_back | 您好，这里是客服中心，对您上次反映的宽带问题做个回访。
called_back | 请问您上次反映的问题解决了吗？
called_back | 您对处理结果是否满意
called_back | 张先生您好，想回访一下，您对处理结果是否满意？
called_back | 这里是回访，之前换的空调用着还正常吗
called_back | 您好，我是工号1002，您前几天报修的热水器恢复正常了吗？
called_back | 打扰您了，给您做个服务回访
called_back | 上周给您换的新机用得怎么样？
called_back | 您好，之前投诉的派送问题，后来还有再出现吗？
called_back | 这次联系您是想了解一下，上次的处理您还满意吗
called_back | 您昨天反馈的漏发配件，现在收到了吗？
called_back | 回访一下：维修之后机器运行是否稳定？
- | 后续会有专员对您进行回访。
- | 三天内我们会回访您，请保持电话畅通
- | 您对我的服务满意吗，麻烦给个评价
- | 请问您遇到了什么问题？
- | 处理完成后我们会安排回访
- | 还有其他问题需要帮您解决吗
- | 您之前联系过我们吗？
- | 回访专员明天会给您来电
- | 请问这样处理您满意吗
- | 什么时候方便给您回访
- | 如果对处理结果不满意，可以随时联系我们
progress | 目前正在等待仓库核对库存，预计下午有结果。
progress | 您的问题已经在处理第二步了，技术正在换线路。
progress | 您的退款申请还在审核中。
progress | 跟您同步一下进度，师傅已经在路上了
progress | 目前进展：维修已完成一半
progress | 技术部门正在排查，请您再等等
progress | 现在到财务打款环节了
progress | 您的工单正在处理中，请耐心等候
progress | 我们还在跟商家协商
progress | 目前机器已到维修中心，排队等待维修
progress | 包裹正在派送途中，预计今天到
progress | 抢修人员已经到现场，正在抢修
progress | 处理到哪一步跟您说一声：材料齐了，等财务复核
progress | 跟您汇报一下最新情况，零件已到货，明天装
progress | 主管正在审批，估计半小时
progress | 仓库在加急打包了，您放心
progress | 暂时还没查到原因，技术仍在分析
- | 您可以在订单页查看进度。
- | 我会每天告诉您进度
- | 正在为您查询，请稍等
- | 有新进展会及时通知您
- | 请问您想查询哪个订单的进度
- | 处理进度怎么查我发您
- | 我马上为您查看进度
- | 您现在正在使用的是哪款手机？
- | 目前这款有活动，买一送一
- | 请问您是正在使用时断电的吗
- | 稍后给您反馈处理进度
- | 您好，很高兴为您服务，请问有什么可以帮您？
- | 好的，请您提供一下订单号和照片
- | 非常抱歉给您带来不便，请您放心，我们一定负责到底
- | 感谢您的来电，祝您生活愉快，再见
- | 这款电饭煲可以预约定时，按住预约键三秒就行
- | 会员升级需要满1000积分
- | 退货运费由买家承担，质量问题由我们承担
- | 我记录一下，您的诉求是全额退款对吗？
- | 您先断开电源，等十分钟再开机，看看是否恢复正常
- | 优惠券已过期就不能使用了哦
- | 请您不要着急，我来帮您看看
- | 亲，这款已经卖完了，下周到货
verified | 李先生，身份信息校验成功，我帮您把预留手机号改过来。
verified | 谢谢您，刚才核实的信息都一致，可以查账单了
verified transferred | 您的身份已核验通过，改签申请已转交票务部门处理
- | 资料核对无误后，我会给您开通权限
- | 验证没有通过，麻烦您再输一次
- | 您的身份证照片过期了，没法核实身份
reviewed result | 您的质量投诉，品控经审核判定责任在我方。
reviewed result | 售后审核结论是不符合三包条件，很抱歉
reviewed result | 退款审核已通过，三天内原路退回
- | 要等品控审核完才知道算不算质量问题
- | 审核不通过的话会退回给您
- | 我们会由专业人员鉴定，判定为质量问题就免费换
checked result | 主板已经检测过，确认没有进水
checked result | 实验室检测报告显示甲醛含量合格
checked result | 技术人员排查到原因了，是路由器固件太旧
- | 机器寄到以后先检测，一般两天
- | 您可以自己检测一下网线有没有松动
- | 我让师傅明天上门给您检测
exchange_due | 您这双鞋符合换货标准，我们给您换一双
exchange_due | 行，给您更换一台，旧机让师傅带走
exchange_due transferred | 可以为您更换同款，已通知仓库备货
- | 人为损坏不在换货范围，不能给您换
- | 您要换货的话先拍个照片
- | 换货还是维修，您考虑一下
- | 寄回来检查后我们给您换新
exchange_arranged result | 换货的新品昨晚已发出，单号发您短信了
exchange_arranged result | 换货已办妥，师傅明早带着新机上门，旧的一并取走
exchange_arranged | 给您建了换货单，快递员今天来取旧的
- | 换货单下好后会发您短信
- | 新机到仓才能寄出
upgraded | 这个问题知识库里没有，我已提交升级申请，请知识负责人补充
upgraded | 已经替您发起问题升级，等知识管理员给方案
- | 您需要先升级一下系统版本
- | 要不要我帮您提个升级申请
transferred | 此事涉及财务，我已经把您的流水发给财务同事核对
transferred | 已将您的诉求上报总部，请您耐心等两个工作日
transferred | 帮您跟快递网点反映了，让他们今天必须派送
transferred | 情况已同步给安装部，师傅会跟您联系
transferred | 已替您提交给法务部门评估
transferred | 您的工单我刚转到了维修中心
- | 如需进一步处理，请您提交给当地网点
- | 技术部门会在明天核实您的问题
- | 明天上班后我就把材料交给财务
- | 您可以向监管部门反映
- | 是不是要转给主管处理呢
result | 您昨天问的那笔钱，财务回话了，是银行延迟入账
result | 久等，原因找到了，是优惠券和满减冲突导致没扣减
result | 已经给您退了差价，三十六块八
result | 师傅已经修好了，网络现在正常
result | 站长承认是代签，已经批评派送员
result | 您的账号已解除限制，可以正常登录了
result | 赔付款今天上午已打到您尾号8821的卡上
result approved | 跟经理申请下来了，免您三个月月租
- | 解决后我会给您回电话
- | 修好了会通知您
- | 待财务确认后退回
- | 打款需要您提供卡号
- | 您确认收到退款了吗
- | 有消息马上跟您讲
approved result | 上级已经批复，同意全额退费
approved result | 主管特批了您的申请，明天办理
- | 这个金额要经理审批才行
- | 主管批了我再告诉您
- | 我现在去找主管申请，您稍等
called_back | 您好，我来回访一下上周的退款，钱收到了吗？
called_back | 请问前几天给您修的洗衣机现在使用正常吗？
called_back result | 王女士，之前的问题处理完了，对处理结果您满意吗
- | 回访电话一般在下午打，请您留意
- | 您之前买的那件现在还在用吗
- | 满意的话给个好评哦
progress | 您的件现在在转运中心，明早发往派送站
progress | 给您说下进展：方案已经写好，等主管签字
progress | 还在等厂家那边的配件，估计后天到
progress | 退款流程走到财务复核这一步了
progress | 仓库还在清点，没这么快
progress | 目前已完成拆机，下午装新零件
- | 您想知道进度可以点订单详情
- | 现在下单可以享受九折
- | 目前您的套餐是哪一款？
- | 我每四小时给您更新进度
- | 正在输入，请稍等
- | 请保持电话畅通，技术会联系您
verified | 好的王先生，您的身份已验证，现在可以办理销户了
verified | 经核对，您的预留信息一致，我继续为您操作
- | 我需要跟您核对三项信息才能验证身份
- | 身份没通过核验，请您重新拍一张
reviewed result | 您提交的质量审核，结果是通过
reviewed result | 质检复核后认定为运输损坏，非产品问题
reviewed result | 审核已经完成，属于材质缺陷，支持退货
- | 审核需要两个小时，麻烦您等等
- | 质量问题请先上传照片
- | 若审核未通过，我们会说明原因
checked result | 机器拆开检查过了，是风扇坏了
checked result | 技术检测那边出结论了，电池健康度不足
checked result | 检测确认为硬件故障
- | 检测要多久要看排队情况
- | 请您检查一下电源是否插好
- | 检测完成后工程师会联系您
exchange_due | 这种破损我们给您换一个全新的
exchange_due | 可以换，我们为您更换一套新的餐具
exchange_due result | 商家同意换货，运费商家出
- | 换货要在七天内提出
- | 不好意思，您的情况不支持换货
- | 您更倾向换货还是退款？
exchange_arranged | 已帮您预约上门换新，时间是周四上午
exchange_arranged | 换货订单我已经给您建好
exchange_arranged result | 新的咖啡机今早已经发货
- | 新机到货后再给您安排换货
- | 您的换货单被关闭了，需要重新申请吗
upgraded | 升级单已经提了，编号稍后短信发您
upgraded | 您的情况比较特殊，我已提交知识补充，等方案下来
- | 普通账户升级为企业账户需要营业执照
- | 没有方案的话我会申请升级
transferred | 已提报给品质管理部，两天内回您
transferred | 您的建议我已转达给产品经理
transferred | 我让仓库那边核查了，他们下午给我答复
transferred | 客诉单已流转到区域负责人
transferred | 这件事已经由我提交给风控部门评估
- | 一般由仓库核实后补发
- | 您的包裹已由快递公司揽收
- | 若超时我再替您反馈给物流
- | 让主管给您回电需要先登记
result | 刚收到技术的答复，说是服务器的问题，已经处理
result | 物流那边告诉我，件丢了，可以赔您全款
result | 快递网点刚回我了，今天五点前送到
result | 给您查清楚了，是运费险没有生效
result | 您的发票已经开出来了，请到邮箱下载
result | 您要求的道歉函已经寄出
result | 昨天承诺您的优惠券已经补到账户了
- | 等仓库确认了我再联系您
- | 原因还不清楚，我们会继续查
- | 退款申请提交以后三天到账
- | 修复时间暂时没法确定
- | 到账了麻烦您告诉我一声
approved result | 您要的补偿，领导刚刚批了
approved result | 已取得主管同意，为您减免运费
- | 主管不在，等他回来审批
result | 减免没有批下来，很抱歉
called_back | 您好，这是一个售后回访，请问空调现在制冷正常吗
called_back | 上个月给您处理的漏水问题，后来没有再漏吧？
- | 请留意后续的回访短信
- | 您之前反映的是哪个问题呢
progress | 事情还没有结论，法务在看合同
progress | 现在的情况是，配件缺货，厂家正在调
progress | 跟您报一下进度，第二轮测试做完了
progress | 已经排上队了，前面还有三台
progress | 目前卡在银行清算这一环
- | 目前没有优惠活动
- | 现在打开设置，点关于手机
- | 您是在使用过程中断电的吗
- | 查询进度需要订单号
verified | 您的身份核对完成，请问要办理哪项业务？
verified | 陈女士，资料核验一致，我这就打开您的账户
- | 本人来办才行，需要核验身份证原件
- | 未能核实到您的身份信息
reviewed result | 抱歉久等，您的质量问题审核结果是成立的
reviewed result | 鉴定结论出来了，属于出厂缺陷
- | 请等待审核，通过后会有短信
- | 不是所有情况都属于质量问题，需要看照片
checked result | 经技术部门检测，您的路由器网口损坏
checked result | 工程师检查后确认线路老化
- | 我们需要先对机器做检测
- | 检测不收费，请您放心
exchange_due | 您的手机在十五天内，可以给您换一台新的
exchange_due | 确认发错颜色了，这边给您换成白色的
- | 换新的前提是外观没有划痕
- | 如果仓库有货，我给您换一个
exchange_arranged result | 给您更换的键盘刚刚寄出
exchange_arranged | 换货工单已经开好，明天有人上门取旧件
- | 换货单要等审核完才会生成
upgraded | 我已经把您的问题提交升级申请了
upgraded | 已申请补充处理方案，有了马上给您
- | 系统升级期间暂停服务
transferred | 已通知仓储部门查监控
transferred | 您的申诉材料我交给审核部门了
transferred | 这边已将问题反馈至运营团队
transferred | 维修需求已经派单给附近的师傅
transferred | 我刚向主管汇报了您的情况
- | 我会向主管汇报您的情况
- | 如果不满意可以要求转给经理
- | 稍等，我准备把您的单子转给技术
result | 您的退款今天上午已经退回微信零钱
result | 打听清楚了，那个活动上周就结束了
result | 财务查到是银行退票，重新打款需要新卡号
result | 漏的充电器已经给您补寄出去了
result | 网络故障已排除，您重启一下光猫
result | 您反映的噪音问题，物业已经处理好了
result | 经查，10号那笔是会员自动续费
- | 查清以后给您一个说法
- | 退款失败的话请联系银行
- | 等处理好了我通知您
- | 您那边收到补发的配件没有
approved result | 您的减免申请批下来了，下月生效
approved result | 值班经理同意给您升级房型
- | 报主管审批，最迟明早有消息
called_back | 您好，这里是售后部，想就上次的维修向您做一次回访
called_back | 上周投诉的噪音问题现在好了吗？
- | 我明天上午给您做回访
progress | 您的理赔还在走流程，预计周三能出
progress | 技术那边正在调取日志
progress | 现在进行到第三步，等厂家确认
progress | 还没有收到财务的回复，我已经催了
progress | 当前状态是待出库，今晚会发
- | 您看一下页面现在显示什么
- | 进度条走完之前别断电
verified | 您好，身份核验已经完成，为您解绑旧手机
- | 为确认是您本人操作，请回复预留姓名
reviewed result | 经品质部审核，您的毛衣起球不属于质量问题
reviewed result | 您提交的破损审核没通过，缺少外箱照片
- | 您的资料正在等待审核
checked result | 送检结果出来了，芯片虚焊
checked result | 师傅检测后说是主控板烧了
- | 麻烦把产品寄回检测
exchange_due | 好的，我们同意为您更换新的滤芯
exchange_due | 亲，给您换货哦，不收运费
- | 请问您需要换什么颜色
- | 拆封后就不能换货了
exchange_arranged | 已安排师傅周六带新机上门换货
exchange_arranged result | 您换货的新鞋已从仓库发出
- | 旧机签收后系统才会生成换货单
upgraded | 我已将您的情况提交问题升级，知识管理员会尽快补充方案
- | 升级完成后请重启
transferred | 您的账单疑问已经提交财务复核
transferred | 已反馈至门店负责人，他会给您回电
transferred | 刚把您的要求转告给快递员了
transferred | 漏发的事我这边替您报给仓库处理了
transferred | 已经转给安装服务部核查，两个工作日内给您答复，您看这样可以吗？
transferred | 已转交技术部核实，您看行吗
- | 我把您的情况转给安装部核查，您看这样可以吗
- | 我这就去跟仓库核实一下
- | 如有需要我可以替您联系厂家
- | 这类问题归财务部门管
result | 仓库核实过了，您的包裹确实少装一支笔
result | 技术同事说是缓存的问题，清一下就好
result | 查清楚了，扣的是上个月的漫游费
result | 钱已经退到您支付宝了
result | 您的快递找到了，今天重新派送
result | 您催的发票已经开好寄出
- | 等仓库回信，大概一小时
- | 财务一般三天内退款
- | 您的退款到账会有短信提醒
approved result | 领导同意给您减免滞纳金了
approved result | 补偿方案主管已经批准
- | 主管同意的话今天就能办
called_back | 您好，针对您上周的投诉做个电话回访，现在方便吗？
called_back | 之前反映的断网情况，这几天有没有再出现？
- | 处理完会有人给您打回访电话
progress | 目前法务正在评估赔偿金额
progress | 给您同步最新进展，零件到了，明天装机
progress | 还在走审批流程，今天下班前应该能下来
progress | 商家还没有回复，我们又催了一次
- | 目前该商品缺货
- | 请问现在还有别的问题吗
"""
#: + or - and a customer's message.
EVIDENCE = """
+ | [图片]
+ | 【视频】
+ | [文件]
+ | 屏幕裂成这样了[图片]
+ | <图片>
+ | (图片)(图片)
+ | 图发你了
+ | 照片已上传
+ | 视频发过去了
+ | 截图在上面
+ | 照片已经传到订单里了
+ | 刚才拍的视频发给你们了，看到了吗
+ | 我发了三张照片，你看看
+ | 图片如下
+ | 如图，整个边都翘起来了
+ | 给你发了个小视频
+ | 截图发过了呀
+ | 小票拍照发你了
+ | 见附件
+ | 凭证上传好了
+ | 喏，这是照片
+ | 你看下我刚发的图
+ | 已发图
+ | 图都发了你还要什么
+ | 视频上传成功
+ | 看图，就是这个位置漏水
+ | IMG_20260310.jpg
+ | 故障視頻已經發過去了
+ | 上面两张图就是收到时的样子
+ | 没问题，照片发你了
+ | 录屏传给你了
+ | 检测报告发你邮箱了
- | 要发照片吗
- | 怎么上传图片
- | 没有照片
- | 照片发不出去
- | 图片上传不了怎么办
- | 我等会儿拍照发你
- | 稍后发视频给你
- | 商品图片和实物不符
- | 你们发的图看不清
- | 把照片发给我看看
- | 需要什么截图
- | 视频会员怎么退
- | 看不到图片
- | 我没发图片啊
- | 图片还没发
- | 快递员发了张照片给我
- | 你发的视频我看了还是不会
- | 视频通话一直断
- | 能发视频吗
- | 照片要怎么发给你
- | 如果要照片我可以发给你
- | 明天我拍了视频再发给你
- | 直播视频里说好的送两件
- | 我可以发个视频给你看
- | 上传失败了，照片传不上去
- | 包裹丢了，照片当时没拍
- | 你把截图发我
- | 这个文件打不开
- | 发票什么时候开
- | 不是发过图了吗，怎么还要，我没有了
- | 发图片行不行
- | 快递发了三天了
- | 照片发给谁
"""
#: Hours and a customer's message.
RHYTHMS = """
2 | 每两小时告诉我一次进度
24 | 每天跟我说一声进展
12 | 半天反馈一次
12 | 一天两次
4 | 每隔4个小时通知我一下处理情况
1 | 每小时更新一次进度给我
2 | 两个小时给我报一次
0.5 | 每半小时跟我说一次
24 | 麻烦每天下班前给我打个电话说说进展
48 | 两天跟我同步一次就行
168 | 每周给我汇报一次进展
12 | 早晚各通知我一次进展
8 | 一天给我报三次进度
12 | 每天至少两次告诉我情况
24 | 我要求你们天天给我反馈进度
24 | 每日告知一次处理进展
3 | 3小时一次，有没有结果都告诉我
24 | 一天一次就行，跟我说说到哪一步了
6 | 每六個小時回覆我一次
0.5 | 每30分钟给我发一次消息说进度
48 | 隔一天告诉我一次进度就可以
24 | 以后每天更新进度，别让我催
4 | 不管有没有结果，每4小时联系我一次
12 | 希望每天上午下午各反馈一次
24 | 每24小时给我一个进度
0 | 每隔两小时断一次网
0 | 每天都打电话骚扰
0 | 两小时内告诉我结果
0 | 你们每天都跟我说在处理，到现在也没结果
0 | 一天两次停电谁受得了
0 | 每天给我发推销短信
0 | 不用每天告诉我进度
0 | 多久更新一次进度
0 | 半小时后给我回电话
0 | 这个药一天吃两次
0 | 每个月扣我一次费也不通知
0 | 每两小时就要重启一次路由器
0 | 明天告诉我进度
0 | 物流信息两天才更新一次
0 | 三天了没有一个人联系我
0 | 软件每周更新一次，越更新越卡
0 | 我每天都问一次，你们每次都说不知道
0 | 进度怎么查
0 | 今天给我打了两次电话都没说清楚
0 | 我一天打了三次电话催进度
0 | 已经两天没有告诉我进展了
0 | 24小时内给我一个答复
0 | 每天告诉我快到了快到了，结果呢
"""


def labelled(block: str) -> list[tuple[str, str]]:
    """Label and text of each line."""
    pairs = [line.split(" | ", 1) for line in block.strip().splitlines()]
    return [(label, text) for label, text in pairs]


def acts_in(label: str) -> frozenset[Act]:
    return frozenset() if label == "-" else frozenset(map(Act, label.split()))


def test_acts_are_read_as_people_labelled_them() -> None:
    right: Counter[Act] = Counter()
    extra: Counter[Act] = Counter()
    missed: Counter[Act] = Counter()
    wrong = []
    for label, text in labelled(LINES):
        wanted, found = acts_in(label), acts_of(text)
        right.update(wanted & found)
        extra.update(found - wanted)
        missed.update(wanted - found)
        if wanted != found:
            wrong.append(f"{text}: {sorted(found)} for {sorted(wanted)}")
    shown = "\n".join(wrong)
    f1 = 2 * right.total() / (2 * right.total() + extra.total() + missed.total())
    assert f1 >= 0.95, shown
    for act in Act:
        assert right[act] >= 10, f"{act} is hardly told in the labelled lines"
        assert right[act] / (right[act] + missed[act]) >= 0.85, f"{act}\n{shown}"


def test_lines_that_tell_nothing_yet_stop_no_clock() -> None:
    told = [text for label, text in labelled(LINES) if label == "-" and acts_of(text)]
    silent = [text for label, text in labelled(LINES) if label == "-"]
    assert len(silent) >= 200
    assert len(told) <= len(silent) * 0.03, told


@pytest.mark.parametrize(("label", "text"), labelled(EVIDENCE))
def test_a_message_brings_evidence_or_does_not(label: str, text: str) -> None:
    assert brings_evidence(text) is (label == "+")


@pytest.mark.parametrize(("hours", "text"), labelled(RHYTHMS))
def test_a_rhythm_is_hours_between_reports(hours: str, text: str) -> None:
    assert rhythm_of(text) == pytest.approx(float(hours))


def test_each_sentence_of_a_line_counts_by_itself() -> None:
    line = "您的身份已核实。如果审核通过，会给您换新。问题已转交技术部门核实！请问您还有视频吗？"
    assert acts_of(line) == {Act.VERIFIED, Act.TRANSFERRED}


def test_other_spellings_read_the_same() -> None:
    assert acts_of("您的問題已轉交技術部門核實處理。") == {Act.TRANSFERRED}
    assert brings_evidence("照片已上傳")
    assert rhythm_of("每２小时告诉我一次进度") == 2.0


PIECES = ["已", "转交", "仓库", "审核", "通过", "后", "会", "换新", "每", "两天", "一次", "告诉我"]
PIECES += [
    "图片",
    "发",
    "了",
    "吗",
    "，",
    "。",
    "[",
    "]",
    "0",
    "检测",
    "如果",
    "回访",
    "进度",
    "半",
]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
def test_any_text_is_read(text: str) -> None:
    assert acts_of(text) <= set(Act)
    assert brings_evidence(text) in {True, False}
    assert rhythm_of(text) >= 0.0
