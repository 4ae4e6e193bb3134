import { Modal, type ModalProps } from 'antd';

const root = (): HTMLElement => document.getElementById('root') ?? document.body;

/**
 * Every dialog of the console. It stands in our root and not in the body: there antd would lock the scroll of a page that
 * never scrolls, with a style that has no nonce and that the page's policy forbids.
 */
export function Dialog(props: ModalProps) {
  return <Modal getContainer={root} footer={null} {...props} />;
}
