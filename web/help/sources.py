"""The laws and notices the screens rest on, by title and number."""

PAYMENTS = "《保障中小企业款项支付条例》（国务院令第802号）"
FUND = "《医疗保障基金使用监督管理条例》（国务院令第735号）"
HANDLING = "《社会保险经办条例》"
#: Business, financial, security and risk control; tiered review of what matters; records.
CONTROL = f"{HANDLING}第三十六条（内部控制制度）"
TIERED = f"{HANDLING}第三十七条（重点业务分级审核）"
RECORDED = f"{HANDLING}第三十八条（办理过程记录）"
EARMARKED = f"{FUND}第二十一条（专款专用）"
TRUE_BOOKS = f"{FUND}第二十条（不得伪造、变造、隐匿、销毁资料）"
SECRET = f"{FUND}第三十二条（保密）"
KEPT = "《会计档案管理办法》（财政部、国家档案局令第79号）"
GUIZHOU = "贵州省医保局《关于推进集采药品和医用耗材货款医保直接结算工作的通知》（2026年1月）"
HUBEI = (
    "《湖北省医保基金结算药品医用耗材集中带量采购中选产品货款实施方案》（征求意见稿，2025年2月）"
)
JIANGSU = (
    "江苏省医保局《关于推进集中带量采购药品（医用耗材）货款直接结算工作的通知》"
    "（苏医保函〔2025〕147号）"
)
GUIGANG = "贵港市医保局《关于进一步做好药品和医用耗材采购工作的通知》（2024年）"
SICHUAN = "《四川省药品和医用耗材集中采购货款在线结算管理办法》（川医保规〔2025〕4号）"
THIRTY_DAYS = "《关于完善公立医院药品集中采购工作的指导意见》（国办发〔2015〕7号）"
RETENTION = (
    "国家医保局、财政部《关于国家组织药品集中采购工作中医保资金结余留用的指导意见》"
    "（医保发〔2020〕26号）"
)
VOLUME = "《关于推动药品集中带量采购工作常态化制度化开展的意见》（国办发〔2021〕2号）"
TURNOVER = "国家医保局办公室、财政部办公厅《关于做好医保基金预付工作的通知》（2024年11月）"
RANKING = "广州交易集团“医院欠款情况排行榜”（2023年4月）"
HOLIDAYS = "《全国年节及纪念日放假办法》（2024年修订）"
CLEARING = "《支付结算办法》（中国人民银行）"
