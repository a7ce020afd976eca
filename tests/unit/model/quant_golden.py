# Prints quant_golden.inc: numbers of blocks made by a rule, in exact fractions (see test_quant.c).
from fractions import Fraction as F
I=[-127,-104,-83,-65,-49,-35,-22,-10,1,13,25,38,53,69,89,113]
V=[F(x) for x in ("0","1/2","1","3/2","2","3","4","6","0","-1/2","-1","-3/2","-2","-3","-4","-6")]
size=dict(Q4_0=18,Q4_1=20,Q5_0=22,Q5_1=24,Q8_0=34,Q2_K=84,Q3_K=110,Q4_K=144,Q5_K=176,Q6_K=210,IQ4_NL=18,IQ4_XS=136,MXFP4=17)
pos=dict(Q4_0=(0,0),Q4_1=(0,2),Q5_0=(0,0),Q5_1=(0,2),Q8_0=(0,0),Q2_K=(80,82),Q3_K=(108,108),Q4_K=(0,2),Q5_K=(0,2),Q6_K=(208,208),IQ4_NL=(0,0),IQ4_XS=(0,0))
lo=lambda b:b&15
hi=lambda b:b>>4
s8=lambda b:b-256 if b>127 else b
def k4(s,k):
    return (s[k]&63,s[k+4]&63) if k<4 else ((s[k+4]&15)|((s[k-4]>>6)<<4),(s[k+4]>>4)|((s[k]>>6)<<4))
def nib(q): return [lo(b) for b in q[:16]]+[hi(b) for b in q[:16]]
def dq(t,b):
    one,half=F(1),F(1,2)
    if t=="Q4_0": return [F(x-8) for x in nib(b[2:])]
    if t=="Q4_1": return [x+half for x in nib(b[4:])]
    if t in("Q5_0","Q5_1"):
        o=2 if t=="Q5_0" else 4
        qh=int.from_bytes(b[o:o+4],"little"); n=nib(b[o+4:])
        q=[n[j]|((qh>>j)&1)<<4 for j in range(32)]
        return [F(x-16) for x in q] if t=="Q5_0" else [x+half for x in q]
    if t=="Q8_0": return [F(s8(x)) for x in b[2:]]
    if t=="Q2_K":
        out=[];k=0
        for a in range(2):
            for j in range(4):
                for h in range(2):
                    sc=b[k];k+=1
                    for l in range(16):
                        q=(b[16+32*a+16*h+l]>>(2*j))&3
                        out.append(F((sc&15)*q)-half*(sc>>4))
        return out
    if t=="Q3_K":
        out=[];k=0;S=b[96:108]
        for a in range(2):
            for j in range(4):
                for h in range(2):
                    s=(lo(S[k%8]) if k<8 else hi(S[k%8]))|((S[8+k%4]>>(2*(k//4)))&3)<<4
                    k+=1
                    for l in range(16):
                        l2=16*h+l
                        q=(b[32+32*a+l2]>>(2*j))&3
                        bit=(b[l2]>>(4*a+j))&1
                        out.append(F((s-32)*(q-(0 if bit else 4))))
        return out
    if t in("Q4_K","Q5_K"):
        S=b[4:16];qh=b[16:48];qs=b[16:] if t=="Q4_K" else b[48:]
        out=[]
        for k in range(8):
            sc,mn=k4(S,k)
            for l in range(32):
                x=qs[32*(k//2)+l]; q=hi(x) if k&1 else lo(x)
                if t=="Q5_K" and (qh[l]>>k)&1: q+=16
                out.append(F(sc*q)-half*mn)
        return out
    if t=="Q6_K":
        out=[F(0)]*256
        for h in range(2):
            ql=b[64*h:64*h+64];qh=b[128+32*h:160+32*h];S=b[192+8*h:200+8*h]
            for l in range(32):
                es=[lo(ql[l])|(qh[l]&3)<<4,lo(ql[l+32])|((qh[l]>>2)&3)<<4,hi(ql[l])|((qh[l]>>4)&3)<<4,hi(ql[l+32])|(qh[l]>>6)<<4]
                for j,e in enumerate(es):
                    p=l+32*j
                    out[128*h+p]=F(s8(S[p//16])*(e-32))
        return out
    if t=="IQ4_NL": return [F(I[x]) for x in nib(b[2:])]
    if t=="IQ4_XS":
        sh=b[2]|b[3]<<8;out=[]
        for ib in range(8):
            x=b[4+ib//2]
            ls=(hi(x) if ib%2 else lo(x))|((sh>>(2*ib))&3)<<4
            out+=[F((ls-32)*I[q]) for q in nib(b[8+16*ib:])]
        return out
    if t=="MXFP4": return [V[q] for q in nib(b[1:])]
for t in size:
    for mul,add in((37,11),(151,200)):
        b=bytearray((i*mul+add)&255 for i in range(size[t]))
        if t in pos:
            d,m=pos[t]; b[m:m+2]=b"\x00\x38"; b[d:d+2]=b"\x00\x3c"
        else: b[0]=127
        v=dq(t,b); n=len(v); at=(1,n//2+3,n-2)
        print('{"%s", %d, %d, %r, {%d, %d, %d}, {%s}},'%(t,mul,add,float(sum(v)),*at,", ".join(repr(float(v[i])) for i in at)))
